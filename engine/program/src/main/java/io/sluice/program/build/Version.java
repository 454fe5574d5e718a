package io.sluice.program.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which build this is; the build writes it into {@code build.properties}. */
public final class Version {
    private static final String RESOURCE = "/io/sluice/program/build/build.properties";

    private Version() {
    }

    /** {@code 0.1.0-SNAPSHOT}. */
    public static String ofThisBuild() {
        try (InputStream file = Version.class.getResourceAsStream(RESOURCE)) {
            if (file == null) {
                throw new IllegalStateException("not on the class path: " + RESOURCE);
            }
            var properties = new Properties();
            properties.load(file);
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
