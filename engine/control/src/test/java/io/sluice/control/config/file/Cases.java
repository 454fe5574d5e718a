package io.sluice.control.config.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Files and the messages they must lead to, from a resource of the form {@code === name}, the file, {@code ---}, one
 * message in a line, without the file's name.
 */
record Cases(String name, String yaml, List<String> messages) {
    static Stream<Cases> of(String resource) {
        var cases = new ArrayList<Cases>();
        for (String text : read(resource).split("(?m)^=== ")) {
            if (!text.isBlank()) {
                int line = text.indexOf('\n');
                int end = text.lastIndexOf("---\n");
                cases.add(new Cases(text.substring(0, line), text.substring(line + 1, end),
                        text.substring(end + 4).lines().toList()));
            }
        }
        return cases.stream();
    }

    /** The messages found, as the resource has them. */
    List<String> found(Path secret) {
        return result(secret).problems().stream().map(problem -> problem.toString().replace("/tmp/sluice.yaml:", ""))
                .toList();
    }

    ConfigurationFile.Result result(Path secret) {
        return ConfigurationFile.parse(yaml.replace("${secret}", secret.toString()), "/tmp/sluice.yaml");
    }

    /** A secret file as a pair or a cluster needs it. */
    static Path secret(Path directory) throws IOException {
        Path secret = Files.writeString(directory.resolve("secret.key"), "0123456789abcdef0123456789abcdef");
        return Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    }

    private static String read(String resource) {
        try (InputStream in = Objects.requireNonNull(Cases.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
