package io.sluice.perftests.contender;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Says what a program needs that is not here, and the command that brings it. Stateless. */
final class Absent {
    private static final String ALSO = "/usr/sbin:/sbin:/usr/local/sbin";

    private Absent() {
    }

    static Optional<String> unlessOnPath(String program, String packages) {
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin") + ":" + ALSO;
        boolean found = Arrays.stream(path.split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        return found ? Optional.empty() : Optional.of(program + " is not installed: apt-get install " + packages);
    }

    static Optional<String> unlessAnyFile(String packages, String what, String... files) {
        return Stream.of(files).anyMatch(file -> Files.exists(Path.of(file)))
                ? Optional.empty()
                : Optional.of(what + " is not installed: apt-get install " + packages);
    }
}
