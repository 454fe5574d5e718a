package io.sluice.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory of a test that is gone, with all that is in it, at the end. */
public record TemporaryDirectory(Path path) implements AutoCloseable {
    public TemporaryDirectory(String name) {
        this(made(name));
    }

    private static Path made(String name) {
        try {
            return Files.createTempDirectory("sluice-" + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
