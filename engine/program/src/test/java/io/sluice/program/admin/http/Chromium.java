package io.sluice.program.admin.http;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.Assertions;

/** Debian's Chromium with a page of the web UI, and what went wrong in it. */
final class Chromium implements AutoCloseable {
    static final int PATIENCE_MS = 60_000;
    private static final Path PROGRAM = Path.of("/usr/bin/chromium");
    private static final Path PICTURES = Path.of("target", "screenshots");
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 900;

    final Page page;
    /** Errors in the console and in scripts. */
    final List<String> problems = new CopyOnWriteArrayList<>();
    private final AdminDaemon sluice;
    private final Playwright playwright;

    Chromium(AdminDaemon sluice) throws IOException {
        this.sluice = sluice;
        Assertions.assertThat(PROGRAM).as("this test needs a browser: apt-get install chromium").exists();
        Files.createDirectories(PICTURES);
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(PROGRAM)
                .setTimeout(PATIENCE_MS).setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-quic",
                        "--disable-background-networking", "--disable-component-update")));
        page = browser.newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true)
                .setViewportSize(WIDTH, HEIGHT)).newPage();
        page.setDefaultTimeout(PATIENCE_MS);
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        page.onPageError(problems::add);
        // a login that is still to come is answered with 401, which the console calls an error
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().contains("401")) {
                problems.add(message.text());
            }
        });
    }

    void login(String user) {
        page.navigate(sluice.url("/"));
        page.getByLabel("User").fill(user);
        page.getByLabel("Password").fill(AdminDaemon.PASSWORD);
        page.getByLabel("Password").press("Enter");
        page.waitForSelector("#nav:not([hidden])");
    }

    void open(String hash) {
        page.navigate(sluice.url("/#/" + hash));
    }

    Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** In light and dark, and on a phone. */
    void pictures(String name) {
        picture(name);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        picture(name + "-dark");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        page.setViewportSize(390, 844);
        picture(name + "-phone");
        Object wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assertions.assertThat(((Number) wide).intValue()).as(name + " scrolls sideways on a phone").isZero();
        page.setViewportSize(WIDTH, HEIGHT);
    }

    private void picture(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")).setFullPage(true));
    }

    static LocatorAssertions.ContainsTextOptions patiently() {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE_MS);
    }

    @Override
    public void close() {
        playwright.close();
    }
}
