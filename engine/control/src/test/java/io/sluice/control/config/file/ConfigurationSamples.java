package io.sluice.control.config.file;

import io.sluice.testbed.Openssl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Configuration files to try things on: the project's examples, and generated ones. */
public final class ConfigurationSamples {
    private ConfigurationSamples() {
    }

    public static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("examples"))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    /** Texts of valid files; what they refer to is made in the directory. */
    public static List<String> generated(Path directory, int count) throws IOException {
        makeFiles(directory);
        return LongStream.range(0, count)
                .mapToObj(seed -> ConfigurationText.of(new RandomConfigurations(seed, directory).next())).toList();
    }

    /** What {@link RandomConfigurations} refer to. */
    static void makeFiles(Path directory) throws IOException {
        Cases.secret(directory);
        identity(directory);
        Files.setPosixFilePermissions(Files.writeString(directory.resolve("check.sh"), "#!/bin/sh\n"),
                PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** {@code cert.pem} and {@code key.pem}, which belong together. */
    static void identity(Path directory) throws IOException {
        Openssl.certificate(directory, "cert", "ec", "DNS:web.example");
        Files.move(directory.resolve("cert.key"), directory.resolve("key.pem"), StandardCopyOption.REPLACE_EXISTING);
    }
}
