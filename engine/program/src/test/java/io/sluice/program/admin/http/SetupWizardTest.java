package io.sluice.program.admin.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.sluice.program.admin.http.Chromium.patiently;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import java.nio.file.Files;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From a fresh install to a service that serves, by the wizard and with the keyboard alone. */
@Tag("peer")
class SetupWizardTest {
    private static final String FRESH = "# our balancer\nservices: {}   # none yet\n# the end\n";

    @Test
    void a_fresh_install_gets_its_first_service_and_then_a_second() throws Exception {
        try (AdminDaemon sluice = new AdminDaemon(FRESH, ""); Chromium chromium = new Chromium(sluice)) {
            Page page = chromium.page;
            chromium.login("op");
            assertThat(page.locator("main")).containsText("No Virtual Services configured.", patiently());
            chromium.pictures("wizard-offer");
            page.getByText("Accept").press("Enter");
            // the wizard puts the focus where the next answer is due
            assertThat(page.getByLabel("Name").first()).isFocused();
            type(page, "shop", "", "127.0.0.1", String.valueOf(sluice.servicePort));
            chromium.pictures("wizard-1");
            page.keyboard().press("Enter");
            page.getByLabel("Name of the real server").first().focus();
            type(page, "one", "127.0.0.1", String.valueOf(sluice.one.port()));
            page.getByLabel("Name of the real server").last().focus();
            type(page, "two", "127.0.0.1", String.valueOf(sluice.two.port()), "50");
            chromium.pictures("wizard-2");
            page.keyboard().press("Enter");
            page.getByLabel("Affinity").selectOption("source-ip");
            chromium.pictures("wizard-3");
            chromium.button("Next").press("Enter");
            assertThat(page.locator("main")).containsText("1 service added", patiently());
            chromium.pictures("wizard-4");
            chromium.button("Commit").press("Enter");
            assertThat(page.locator("h1")).containsText("shop", patiently());
            await().atMost(Duration.ofSeconds(60)).until(
                    () -> sluice.get("/api/v1/services/shop").get("state").asString().equals("up"));
            Assertions.assertThat(LineClient.ask(sluice.servicePort)).isIn("one", "two");
            Assertions.assertThat(Files.readString(sluice.daemon.file)).contains("# our balancer\n", "# none yet\n",
                    "# the end\n", "affinity: { by: source-ip, timeout: 6m }", "weight: 50");

            sluice.operator("POST", "/api/v1/configuration/confirm", "");
            chromium.open("wizard");
            page.getByLabel("Name").first().fill("dns");
            page.getByLabel("Protocol").selectOption("udp");
            page.getByLabel("IP address").fill("127.0.0.1");
            page.getByLabel("Ports").fill(sluice.servicePort + ", " + FreePort.next());
            chromium.button("Next").click();
            chromium.button("Remove").last().click();
            page.getByLabel("Name of the real server").fill("ns1");
            page.getByLabel("Address of the real server").fill("127.0.0.2");
            chromium.button("Next").click();
            page.getByLabel("Health check").selectOption("none");
            chromium.button("Next").click();
            assertThat(page.locator("main")).containsText("1 service added", patiently());
            chromium.button("Commit").click();
            assertThat(page.locator("h1")).containsText("dns", patiently());
            Assertions.assertThat(sluice.get("/api/v1/services").size()).isEqualTo(2);
            Assertions.assertThat(chromium.problems).isEmpty();
        }
    }

    @Test
    void what_the_daemon_finds_wrong_is_shown_before_anything_is_changed() throws Exception {
        try (AdminDaemon sluice = new AdminDaemon(FRESH, ""); Chromium chromium = new Chromium(sluice)) {
            Page page = chromium.page;
            chromium.login("op");
            chromium.open("wizard");
            page.getByLabel("Name").first().fill("shop");
            page.getByLabel("IP address").fill("10.0.0.300");
            page.getByLabel("Ports").fill("80");
            chromium.button("Next").click();
            chromium.button("Remove").last().click();
            page.getByLabel("Name of the real server").fill("one");
            page.getByLabel("Address of the real server").fill("127.0.0.1");
            chromium.button("Next").click();
            chromium.button("Next").click();
            assertThat(page.locator("main .error")).containsText("problems", patiently());
            assertThat(page.locator("main")).containsText("10.0.0.300", patiently());
            assertThat(chromium.button("Commit")).isDisabled();
            Assertions.assertThat(Files.readString(sluice.daemon.file)).contains(FRESH);
            chromium.button("Back").click();
            chromium.open("");
            chromium.button("Dismiss").click();
            assertThat(page.getByText("Accept")).isHidden();
        }
    }

    /** Types into one field after another, with the tabulator between. */
    private static void type(Page page, String... values) {
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                page.keyboard().press("Tab");
            }
            if (!values[i].isEmpty()) {
                page.keyboard().press("Control+a");
                page.keyboard().type(values[i]);
            }
        }
    }
}
