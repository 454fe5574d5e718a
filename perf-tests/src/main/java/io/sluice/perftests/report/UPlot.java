package io.sluice.perftests.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** uPlot (MIT) as its webjar brings it, to stand in the page itself: unchanged, its licence beside it. Stateless. */
final class UPlot {
    private static final String ABOUT = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";

    private UPlot() {
    }

    static String style() throws IOException {
        return webjar("dist/uPlot.min.css");
    }

    /** The licence as a comment, then the script. */
    static String script() throws IOException {
        return "/*\n" + webjar("LICENSE").strip() + "\n*/\n" + webjar("dist/uPlot.iife.min.js");
    }

    private static String webjar(String file) throws IOException {
        Properties about = new Properties();
        try (InputStream in = open(ABOUT)) {
            about.load(in);
        }
        return text("/META-INF/resources/webjars/uplot/" + about.getProperty("version") + "/" + file);
    }

    /** A resource of this build. */
    static String text(String resource) throws IOException {
        try (InputStream in = open(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static InputStream open(String resource) throws IOException {
        InputStream in = UPlot.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IOException(resource + " is missing in this build");
        }
        return in;
    }
}
