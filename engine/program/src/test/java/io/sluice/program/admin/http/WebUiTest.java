package io.sluice.program.admin.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.sluice.program.admin.http.Chromium.patiently;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import io.sluice.testbed.LineClient;
import java.nio.file.Files;
import java.time.Duration;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The web UI in Debian's Chromium. */
@Tag("peer")
class WebUiTest {
    @Test
    void logs_in_sees_the_overview_and_drains_a_server_by_button() throws Exception {
        try (AdminDaemon sluice = new AdminDaemon(); Chromium chromium = new Chromium(sluice)) {
            Page page = chromium.page;
            page.navigate(sluice.url("/"));
            page.waitForSelector("#user");
            chromium.pictures("login");
            chromium.login("op");
            page.locator("button.toggle").click();
            Locator row = page.locator("tr[data-server='web/one']");
            assertThat(row).containsText("up", patiently());
            assertThat(row).containsText("online", patiently());
            assertThat(page.locator(".banner")).containsText("Standalone", patiently());
            row.getByLabel("Drain web/one").click();
            assertThat(row).containsText("drain", patiently());
            assertThat(row).not().containsText("online", patiently());
            Assertions.assertThat(
                    sluice.get("/api/v1/services/web/servers/one").get("admin").asString()).isEqualTo("drain");
            row.locator("input.weight").fill("40");
            row.locator("input.weight").press("Enter");
            assertThat(page.locator("#said")).containsText("weight 40", patiently());
            chromium.pictures("overview");

            try (LineClient client = new LineClient("127.0.0.9", sluice.servicePort)) {
                client.server();
                chromium.open("service/web");
                assertThat(page.locator("main")).containsText("op from 127.0.0.1: drain", patiently());
                assertThat(page.locator("main")).containsText("127.0.0.9", patiently());
                assertThat(page.getByLabel("Time to connect")).containsText("Last 5 minutes1",
                        patiently());
                assertThat(page.locator("svg.timeline rect.up").first()).isAttached();
                assertThat(page.locator("tr[data-server='web/one'] input.weight")).hasValue("40");
                chromium.pictures("service");
            }
            chromium.open("explain");
            page.getByLabel("Client address").fill("192.0.2.7");
            page.locator("form button").click();
            assertThat(page.locator("main")).containsText("If it fails", patiently());
            chromium.pictures("explain");
            chromium.open("events");
            assertThat(page.locator("main")).containsText("started with", patiently());
            page.getByLabel("Show").selectOption("admin");
            assertThat(page.locator("main")).not().containsText("started with", patiently());
            sluice.operator("PATCH", "/api/v1/services/web/servers/two", "{\"weight\":77}");
            assertThat(page.locator("main")).containsText("op from 127.0.0.1: weight 77", patiently());
            chromium.pictures("events");
            chromium.open("doctor");
            assertThat(page.locator("main")).containsText("What can run here", patiently());
            chromium.pictures("doctor");
            chromium.button("Log out").click();
            assertThat(page.locator("main")).containsText("You are logged out", patiently());
            Assertions.assertThat(chromium.problems).isEmpty();
        }
    }

    @Test
    void a_configuration_is_edited_checked_planned_committed_and_taken_back_when_a_server_dies() throws Exception {
        try (AdminDaemon sluice = new AdminDaemon(); Chromium chromium = new Chromium(sluice)) {
            Page page = chromium.page;
            chromium.login("op");
            chromium.open("configuration");
            Locator text = page.locator("#yaml");
            assertThat(text).hasValue(Pattern.compile("services:"),
                    new LocatorAssertions.HasValueOptions().setTimeout(Chromium.PATIENCE_MS));
            String before = text.inputValue();
            text.fill(before.replace("timeout: 6m", "timeuot: 6m"));
            chromium.button("Check").click();
            assertThat(page.locator("main")).containsText("did you mean 'timeout'?", patiently());
            text.fill(before.replace("timeout: 6m", "timeout: 9m"));
            chromium.button("Show the plan").click();
            assertThat(page.locator("main")).containsText("9m", patiently());
            chromium.pictures("configuration");
            chromium.button("Commit").click();
            assertThat(page.locator("main")).containsText("watching", patiently());
            chromium.pictures("configuration-watched");
            sluice.two.close();
            assertThat(page.locator("main")).containsText("rolled back: web/two went down", patiently());
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.readString(sluice.daemon.file).equals(before));
            assertThat(text).hasValue(before);
            Assertions.assertThat(chromium.problems).isEmpty();
        }
    }

    @Test
    void the_banners_show_what_the_daemon_reports_of_the_pair_and_of_the_durable_copy() throws Exception {
        try (AdminDaemon sluice = new AdminDaemon(); Chromium chromium = new Chromium(sluice)) {
            chromium.page.route("**/api/v1/stream", route -> route.fulfill(new Route.FulfillOptions()
                    .setContentType("text/event-stream")
                    .setBody("event: status\ndata: {\"services\":[],\"pair\":{\"node\":"
                            + "\"lb1\",\"peer\":\"lb2\",\"role\":\"primary\",\"state\":\"passive\",\"link\":\"down\"},"
                            + "\"durableCopy\":{\"state\":\"following\",\"affinity\":12,\"sessions\":3,\"lag-ms\":40,"
                            + "\"recoveries\":1,\"loaded\":12,\"full\":false}}\n\n")));
            chromium.login("view");
            Locator banner = chromium.page.locator(".banner");
            assertThat(banner).containsText("lb1 with lb2", patiently());
            Assertions.assertThat(banner.locator(".pill.on").allTextContents()).containsExactly("Primary", "Passive");
            assertThat(banner.locator(".state")).containsText("down", patiently());
            assertThat(chromium.page.locator(".copy"))
                    .containsText("12 clients, 3 sessions, lag 40 ms, repaired 1 times", patiently());
        }
    }

    @Test
    void a_long_name_and_opened_services_fit_wide_and_narrow_windows() throws Exception {
        String server = "{\"name\":\"a-real-server-with-a-name\",\"address\":\"127.0.0.1:80\",\"weight\":1,"
                + "\"role\":\"server\",\"health\":\"down\",\"admin\":\"online\",\"connections\":7,\"check\":{\"changed\":"
                + "\"2026-01-01T00:00:00Z\",\"detail\":\"HTTPS GET /psm/api/health: certificate not valid: PKIX path building failed\"}}";
        String service = "{\"name\":\"a-service-with-a-name-longer-than-a-telephone-is-wide\",\"listen\":"
                + "\"[::1]:[80,443,8000-8010]\",\"protocol\":\"tcp\",\"mode\":\"proxy\",\"scheduler\":\"maglev\","
                + "\"state\":\"down\",\"connections\":12345,\"bytes-in\":1,\"bytes-out\":1,\"servers\":[" + server
                + "]}";
        try (AdminDaemon sluice = new AdminDaemon(); Chromium chromium = new Chromium(sluice)) {
            Page page = chromium.page;
            page.route("**/api/v1/stream", route -> route.fulfill(new Route.FulfillOptions()
                    .setContentType("text/event-stream")
                    .setBody("event: status\ndata: {\"services\":[" + service + "],\"pair\":null}\n\n")));
            chromium.login("op");
            page.locator("button.toggle").click();
            Locator cells = page.locator("table.wide > tbody > tr").first().locator("td");
            assertThat(cells.nth(1)).hasText("::1",
                    new LocatorAssertions.HasTextOptions().setTimeout(Chromium.PATIENCE_MS));
            assertThat(cells.nth(2)).hasText("80, 443, 8000-8010");
            for (int width : new int[]{1280, 390, 360}) {
                page.setViewportSize(width, 800);
                Assertions.assertThat(page.evaluate("""
                        [...document.querySelectorAll('.scroll, main')].map(e => e.scrollWidth - e.clientWidth)
                        .reduce((a, b) => Math.max(a, b), 0)""")).as("overflow at %d pixels", width).isEqualTo(0);
                Assertions.assertThat(cells.nth(0).locator(".state").boundingBox().x).as("at %d pixels", width)
                        .isLessThan(cells.nth(3).boundingBox().x);
                Assertions.assertThat(cells.nth(3).boundingBox().width).as("connections at %d pixels", width)
                        .isGreaterThan(50);
            }
        }
    }

    @Test
    void a_viewer_can_press_nothing_that_changes_and_ones_own_password_changes() throws Exception {
        try (AdminDaemon sluice = new AdminDaemon(); Chromium chromium = new Chromium(sluice)) {
            Page page = chromium.page;
            chromium.login("view");
            page.locator("button.toggle").click();
            assertThat(page.getByLabel("Drain web/one")).isDisabled();
            assertThat(page.locator("input.weight").first()).isDisabled();
            chromium.open("account");
            page.getByLabel("Password now").fill(AdminDaemon.PASSWORD);
            page.getByLabel("New password, at least").fill("battery staple");
            page.getByLabel("New password again").fill("battery staple");
            chromium.button("Change it").click();
            assertThat(page.locator("#said")).containsText("is changed", patiently());
            chromium.pictures("account");
            chromium.open("");
            assertThat(page.locator("#refreshed")).not().containsText("NOT LIVE", patiently());
            Assertions.assertThat(chromium.problems).isEmpty();
        }
    }
}
