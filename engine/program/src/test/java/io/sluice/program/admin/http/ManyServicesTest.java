package io.sluice.program.admin.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The overview stays quick with 500 services, all of them busy: by the processor's time, as others use the same cores.
 */
@Tag("peer")
class ManyServicesTest {
    private static final int SERVICES = 500;
    private static final double MOST_SECONDS_TO_SHOW = 3;
    private static final double MOST_OF_A_CORE = 0.5;
    private static final int WATCHED_MS = 10_000;

    @Test
    void five_hundred_busy_services_are_shown_quickly_and_updated_cheaply() throws Exception {
        StringBuilder yaml = new StringBuilder("services:\n");
        for (int i = 0; i < SERVICES; i++) {
            yaml.append("  s").append(1000 + i).append(": { listen: ").append(address(i))
                    .append(":$port, health-check: none, servers: { one: \"127.0.0.1:$one\", two: \"127.0.0.1:$two\" } }\n");
        }
        AtomicBoolean over = new AtomicBoolean();
        try (AdminDaemon sluice = new AdminDaemon(yaml.toString(), ""); Chromium chromium = new Chromium(sluice)) {
            Thread traffic = Thread.ofPlatform().start(() -> connect(sluice.servicePort, over));
            Page page = chromium.page;
            chromium.login("view");
            CDPSession session = page.context().newCDPSession(page);
            session.send("Performance.enable");
            assertThat(page.locator("tbody.service")).hasCount(SERVICES,
                    new LocatorAssertions.HasCountOptions().setTimeout(Chromium.PATIENCE_MS));
            double shownS = busyS(session);
            page.locator("button.toggle").first().click();
            double beforeS = busyS(session);
            page.waitForTimeout(WATCHED_MS); // measures what happens meanwhile
            double busy = (busyS(session) - beforeS) / (WATCHED_MS / 1e3);
            page.locator("#filter").fill("s1499");
            assertThat(page.locator("tbody.service:visible")).hasCount(1);
            chromium.pictures("many");
            over.set(true);
            traffic.join();
            System.out.printf("overview of %d services: shown in %.2f s, then %.1f %% of a core%n", SERVICES, shownS,
                    100 * busy);
            assertThat(shownS).as("seconds until %s services are shown", SERVICES).isLessThan(MOST_SECONDS_TO_SHOW);
            assertThat(busy).as("share of a core that updates take").isLessThan(MOST_OF_A_CORE);
            assertThat(chromium.problems).isEmpty();
        } finally {
            over.set(true);
        }
    }

    private static String address(int i) {
        return "127.7." + i / 250 + "." + (1 + i % 250);
    }

    /** What the page's main thread has had of a processor since it began. */
    private static double busyS(CDPSession session) {
        for (var metric : session.send("Performance.getMetrics").getAsJsonArray("metrics")) {
            if (metric.getAsJsonObject().get("name").getAsString().equals("ThreadTime")) {
                return metric.getAsJsonObject().get("value").getAsDouble();
            }
        }
        throw new AssertionError("this browser does not measure its threads");
    }

    /** Each service gets a connection a second or so: all of them change. */
    private static void connect(int port, AtomicBoolean over) {
        for (int i = 0; !over.get(); i++) {
            try (Socket client = new Socket(address(i % SERVICES), port)) {
                client.getInputStream().read();
            } catch (IOException refused) {
                // what the page makes of it is measured, not this
            }
        }
    }
}
