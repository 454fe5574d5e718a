package io.sluice.testbed;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * What a metrics endpoint said at one moment; immutable.
 *
 * @param text the page, in Prometheus's text format
 */
public record Scrape(String text) {
    /** Reads the page of a daemon on the loopback. */
    public static Scrape of(int port) throws IOException {
        try (var in = URI.create("http://127.0.0.1:" + port + "/metrics").toURL().openStream()) {
            return new Scrape(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /**
     * The sum of all values whose line begins so; 0 where there is none.
     *
     * @param beginning of a name, or a name with some of its labels
     */
    public double sum(String beginning) {
        return text.lines().filter(line -> line.startsWith(beginning))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ')))).sum();
    }

    /**
     * The one value of that name, which has no labels.
     *
     * @throws java.util.NoSuchElementException where there is none
     */
    public double value(String name) {
        return text.lines().filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1))).findFirst().orElseThrow();
    }
}
