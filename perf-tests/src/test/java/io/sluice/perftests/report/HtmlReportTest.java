package io.sluice.perftests.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import io.sluice.perftests.gate.NoiseFloor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report as Debian's Chromium shows it, with the network switched off. Pictures are left in target/screenshots. */
@Tag("peer")
class HtmlReportTest {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path PICTURES = Path.of("target", "screenshots");
    private static final double PATIENCE_MS = 60_000;

    private static Playwright playwright;
    private static Browser browser;

    @TempDir
    private Path folder;

    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void opens() throws IOException {
        assertThat(CHROMIUM).as("this test needs a browser: apt-get install chromium").exists();
        Files.createDirectories(PICTURES);
        playwright = Playwright
                .create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(CHROMIUM)
                .setTimeout(PATIENCE_MS).setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-quic",
                        "--disable-background-networking", "--disable-component-update")));
    }

    @AfterAll
    static void closes() {
        browser.close();
        playwright.close();
    }

    @Test
    void the_verdict_in_words_comes_first_and_every_chart_is_drawn_offline() throws IOException {
        try (BrowserContext context = offline(1280, ColorScheme.LIGHT)) {
            Page page = open(context, HtmlReport.of(KnownResults.comparison()).noise(KnownResults.noise())
                    .history(KnownResults.past()));

            assertThat(page.locator("main > header .lead").innerText())
                    .isEqualTo("Sluice is ahead in 1 of 3 comparisons with its peers, level in 1, behind in 1.");
            assertThat(page.locator(".points").first().innerText()).contains("2.00 × haproxy",
                    "level with haproxy (1.00 ×)", "0.50 × haproxy");
            // bars: four figures, whiskers where the rounds differ
            assertThat(page.locator(".card .bar .whisker").count()).isGreaterThan(3);
            // the spectrum has a line for each contender over a logarithmic axis
            Locator spectrum = page.locator("[aria-label^='Latency by percentile']");
            assertThat(spectrum.locator(".u-series").allInnerTexts()).hasSize(4);
            assertThat(drawnPixels(spectrum)).as("pixels drawn").isGreaterThan(2_000);
            // the value under the pointer is told in the unit it is read in
            spectrum.locator(".u-over").hover();
            assertThat(spectrum.locator(".u-legend").innerText()).contains("sluice", "haproxy", "direct")
                    .containsPattern("\\d (ms|µs)");
            // history: the slowdown at the thirtieth run is marked
            Locator history = page.locator("[aria-label='rr-64/operations-per-second over time']");
            assertThat(history.evaluate("""
                    plot => plot.chart.data[plot.chart.series.findIndex(series => series.label === 'change')]
                        .flatMap((value, run) => value == null ? [] : [run + 1])""")).isEqualTo(List.of(30));
            assertThat(drawnPixels(history)).as("pixels drawn").isGreaterThan(500);
            history.locator(".u-over").hover();
            assertThat(history.locator(".u-legend").innerText()).containsPattern("build\\d\\d")
                    .containsPattern("\\d k/s");
            assertThat(page.getByText("% at run 30").count()).isEqualTo(1);
            assertThat(page.locator("dl").innerText()).contains("A <model> & more", "Linux 6.18");
            picture(page, "report-light");
        }
        nothingWentWrong();
    }

    @Test
    void pauses_of_the_jvm_stand_where_they_happened() throws IOException {
        try (BrowserContext context = offline(1280, ColorScheme.LIGHT)) {
            Page page = open(context, HtmlReport.of(KnownResults.comparison()));
            Locator chart = page.locator("[aria-label^='Latency over time']");

            assertThat(chart.locator(".mark.gc").count()).isEqualTo(2);
            assertThat(chart.locator(".mark.safepoint").count()).isEqualTo(1);
            assertThat(chart.locator(".mark.gc").first().getAttribute("title"))
                    .isEqualTo("Pause Young (Allocation Failure), 12.50 ms at 2.20 s");
            double first = left(chart.locator(".mark.gc").first());
            double second = left(chart.locator(".mark.gc").nth(1));
            assertThat(second / first).isBetween(1.95, 2.05); // 4.4 s and 2.2 s
            page.locator("figure", new Page.LocatorOptions().setHas(chart))
                    .screenshot(new com.microsoft.playwright.Locator.ScreenshotOptions()
                            .setPath(PICTURES.resolve("report-pauses.png")));
        }
        nothingWentWrong();
    }

    @Test
    void charts_look_closer_where_the_pointer_is_drawn_across_and_take_the_page_as_wide_as_it_gets()
            throws IOException {
        try (BrowserContext context = offline(1280, ColorScheme.LIGHT)) {
            Page page = open(context, HtmlReport.of(KnownResults.comparison()));
            Locator chart = page.locator("[aria-label^='Latency over time']");
            chart.scrollIntoViewIfNeeded(); // the mouse knows the window only
            BoundingBox area = chart.locator(".u-over").boundingBox();
            page.mouse().move(area.x + area.width * 0.25, area.y + 50);
            page.mouse().down();
            page.mouse().move(area.x + area.width * 0.5, area.y + 60);
            page.mouse().up();
            double span = number(chart.evaluate("plot => plot.chart.scales.x.max - plot.chart.scales.x.min"));
            assertThat(span).isBetween(1.2, 1.7); // a quarter of 5.7 s

            page.setViewportSize(500, 900);
            page.waitForCondition(() -> number(chart.evaluate("plot => plot.chart.width")) < 500);
            assertThat(page.evaluate("document.scrollingElement.scrollWidth")).isEqualTo(500);
        }
        nothingWentWrong();
    }

    @Test
    void the_library_in_the_page_keeps_its_licence() throws IOException {
        assertThat(HtmlReport.of(KnownResults.comparison()).page()).contains("The MIT License (MIT)",
                "Copyright (c) 2022 Leon Sorokin", "var uPlot=");
    }

    @Test
    void a_gates_verdicts_and_the_noise_they_rest_on_are_shown() throws IOException {
        NoiseFloor floor = KnownResults.noise();
        try (BrowserContext context = offline(1280, ColorScheme.DARK)) {
            Page page = open(context,
                    HtmlReport.of(KnownResults.comparison()).gate(KnownResults.verdicts(floor), floor));

            assertThat(page.locator("main > header .lead").innerText()).startsWith("FAILED: 1 of 3 figures");
            assertThat(page.locator("tr", new Page.LocatorOptions().setHasText("rr-64/operations-per-second")).first()
                    .innerText()).contains("FAILED", "worse 2");
            assertThat(page.locator("tr", new Page.LocatorOptions().setHasText("rr-64/p99")).first().innerText())
                    .contains("cannot judge");
            assertThat(page.locator("tr", new Page.LocatorOptions().setHasText("bulk-64/cpu")).first().innerText())
                    .contains("passed");
            assertThat(page.locator(".fill.outside").count()).isEqualTo(1);
            // one A/A band for one figure: the table's and the chart's
            String band = page.locator("tr", new Page.LocatorOptions().setHasText("rr-64/p99")).first().locator("td")
                    .nth(4).innerText();
            assertThat(page.locator(".bar.noise", new Page.LocatorOptions().setHasText("rr-64/p99")).locator(".value")
                    .innerText()).isEqualTo(band);
            assertThat(page.evaluate("getComputedStyle(document.body).backgroundColor")).isEqualTo("rgb(16, 21, 28)");
            picture(page, "report-dark-gate");
        }
        nothingWentWrong();
    }

    @Test
    void a_phone_shows_it_without_scrolling_sideways() throws IOException {
        NoiseFloor floor = KnownResults.noise();
        try (BrowserContext context = offline(360, ColorScheme.LIGHT)) {
            Page page = open(context, HtmlReport.of(KnownResults.comparison())
                    .gate(KnownResults.verdicts(floor), floor).history(KnownResults.past()));

            assertThat(page.evaluate("document.scrollingElement.scrollWidth")).isEqualTo(360);
            double smallest = number(page.evaluate("""
                    Math.min(...[...document.querySelectorAll('.u-legend th')].map(text =>
                        parseFloat(getComputedStyle(text).fontSize)))"""));
            assertThat(smallest).as("the smallest text in a chart, in pixels").isGreaterThan(8.5);
            double narrowest = number(page.evaluate("""
                    Math.min(...[...document.querySelectorAll('.track')].map(track => track.offsetWidth))"""));
            assertThat(narrowest).as("the shortest bar's room, in pixels").isGreaterThan(90);
            picture(page, "report-phone");
        }
        nothingWentWrong();
    }

    private static double left(Locator mark) {
        return number(mark.evaluate("mark => parseFloat(mark.style.left)"));
    }

    private static double drawnPixels(Locator plot) {
        return number(plot.locator("canvas").evaluate("""
                canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
                    .filter((value, index) => index % 4 === 3 && value > 0).length"""));
    }

    private static double number(Object value) {
        return ((Number) value).doubleValue();
    }

    private BrowserContext offline(int width, ColorScheme scheme) {
        return browser.newContext(new Browser.NewContextOptions().setViewportSize(width, 900).setColorScheme(scheme)
                .setOffline(true));
    }

    private Page open(BrowserContext context, HtmlReport report) throws IOException {
        Path file = folder.resolve("report.html");
        report.write(file);
        Page page = context.newPage();
        page.setDefaultTimeout(PATIENCE_MS);
        page.onPageError(problems::add);
        page.onConsoleMessage(message -> problems.add(message.text()));
        page.onRequest(request -> requests.add(request.url()));
        page.navigate(file.toUri().toString());
        return page;
    }

    private void nothingWentWrong() {
        assertThat(problems).isEmpty();
        assertThat(requests).as("one file and nothing else").hasSize(1);
    }

    private static void picture(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")).setFullPage(true));
    }
}
