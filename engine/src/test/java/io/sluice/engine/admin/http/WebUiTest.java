package io.sluice.engine.admin.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** The web UI in Debian's Chromium. */
class WebUiTest {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final int PATIENCE_MS = 60_000;
    private static final Path PICTURES = Path.of("target", "screenshots");

    @Test
    void logs_in_sees_the_overview_and_drains_a_server_by_button() throws Exception {
        Assertions.assertThat(CHROMIUM).as("this test needs a browser: apt-get install chromium").exists();
        Files.createDirectories(PICTURES);
        try (AdminDaemon sluice = new AdminDaemon();
                Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright.chromium().launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM).setTimeout(PATIENCE_MS).setArgs(List.of("--no-sandbox",
                                "--disable-gpu", "--disable-quic", "--disable-background-networking",
                                "--disable-component-update")))) {
            Page page = browser.newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true)
                    .setViewportSize(1280, 900)).newPage();
            page.setDefaultTimeout(PATIENCE_MS);
            List<String> problems = new CopyOnWriteArrayList<>();
            page.onPageError(problems::add);
            // a login that is still to come is answered with 401, which the console calls an error
            page.onConsoleMessage(message -> {
                if (message.type().equals("error") && !message.text().contains("401")) {
                    problems.add(message.text());
                }
            });
            page.navigate(sluice.url("/"));
            page.getByLabel("User").fill("op");
            page.getByLabel("Password").fill(AdminDaemon.PASSWORD);
            picture(page, "login");
            page.getByLabel("Password").press("Enter");

            page.locator("button.toggle").click();
            var row = page.locator("tr[data-server='web/one']");
            assertThat(row).containsText("up", patiently());
            assertThat(row).containsText("online", patiently());
            picture(page, "overview");
            row.getByLabel("Drain web/one").click();
            assertThat(row).containsText("drain", patiently());
            assertThat(row).not().containsText("online", patiently());
            Assertions.assertThat(
                    sluice.get("/api/v1/services/web/servers/one").get("admin").asString()).isEqualTo("drain");
            row.locator("input.weight").fill("40");
            row.locator("input.weight").press("Enter");
            assertThat(page.locator("#said")).containsText("weight 40", patiently());
            picture(page, "drained");
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(
                    com.microsoft.playwright.options.ColorScheme.DARK));
            picture(page, "dark");
            page.navigate(sluice.url("/#/service/web"));
            assertThat(page.locator("main")).containsText("op from 127.0.0.1: drain", patiently());
            picture(page, "service");
            page.navigate(sluice.url("/#/explain"));
            page.getByLabel("Client address").fill("192.0.2.7");
            page.locator("form button").click();
            assertThat(page.locator("main")).containsText("If it fails", patiently());
            picture(page, "explain");
            page.navigate(sluice.url("/#/configuration"));
            assertThat(page.locator("#yaml")).hasValue(java.util.regex.Pattern.compile("services:"),
                    new LocatorAssertions.HasValueOptions().setTimeout(PATIENCE_MS));
            page.getByText("Show the plan").click();
            assertThat(page.locator("main")).containsText("plan:", patiently());
            picture(page, "configuration");
            page.navigate(sluice.url("/#/events"));
            assertThat(page.locator("main")).containsText("started with", patiently());
            picture(page, "events");
            page.navigate(sluice.url("/#/doctor"));
            assertThat(page.locator("main")).containsText("What can run here", patiently());
            picture(page, "doctor");
            page.getByText("Log out").click();
            assertThat(page.locator("main")).containsText("You are logged out", patiently());
            Assertions.assertThat(problems).isEmpty();
        }
    }

    private static LocatorAssertions.ContainsTextOptions patiently() {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE_MS);
    }

    private static void picture(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")).setFullPage(true));
    }
}
