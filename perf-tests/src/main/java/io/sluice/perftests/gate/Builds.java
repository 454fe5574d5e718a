package io.sluice.perftests.gate;

import io.sluice.perftests.contender.Contender;
import io.sluice.perftests.contender.Contenders;
import io.sluice.perftests.contender.Named;
import io.sluice.perftests.host.Shell;
import io.sluice.perftests.host.SourceVersion;
import io.sluice.perftests.host.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Gets hold of the builds a gate compares: `git:REF` (built once per commit and kept), a folder (a checkout or an
 * installation), one of its jars, or any contender. Harness's thread.
 */
public final class Builds {
    private final Consumer<String> progress;

    public Builds(Consumer<String> progress) {
        this.progress = progress;
    }

    /** The build a user named, as a contender called {@code side}. */
    public Contender resolve(String specification, Side side) throws IOException {
        return new Named(side.word, find(specification));
    }

    /** Which source a build came from, as far as it can be known. */
    public String version(String specification) throws IOException {
        if (specification.startsWith("git:")) {
            return commit(specification.substring("git:".length())).substring(0, 12);
        }
        Path path = Path.of(specification);
        return Files.isDirectory(path)
                ? SourceVersion.of(path)
                : Files.isRegularFile(path)
                        ? path.getFileName() + " of " + Files.getLastModifiedTime(path)
                        : SourceVersion.of(repository());
    }

    private Contender find(String specification) throws IOException {
        if (specification.startsWith("git:")) {
            return Contenders.sluice("sluice", gitBuild(specification.substring("git:".length())));
        }
        Path path = Path.of(specification);
        if (specification.endsWith(".jar") && Files.isRegularFile(path)) {
            return Contenders.sluice("sluice", withJar(path.toAbsolutePath()));
        }
        if (Files.isDirectory(path)) {
            return Contenders.sluice("sluice", Contenders.launcher(specification));
        }
        try {
            return Contenders.of(specification);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + specification
                    + "' is no build: git:REF, a folder with a build, one of its jars, or a contender ("
                    + String.join(", ", Contenders.ALL) + ")", e);
        }
    }

    private Path gitBuild(String ref) throws IOException {
        Path repository = repository();
        String commit = commit(ref);
        Path build = StateFolder.builds().resolve(commit.substring(0, 16));
        if (Files.exists(build.resolve("bin/sluice"))) {
            return build.resolve("bin/sluice");
        }
        progress.accept("building " + ref + " (" + commit.substring(0, 12) + ") once ...");
        Path checkout = Files.createTempDirectory("sluice-build-");
        try {
            Shell.run("git", "-C", repository.toString(), "worktree", "add", "--detach", "--force", checkout.toString(),
                    commit);
            String module = Files.exists(checkout.resolve("engine/program")) ? "engine/program" : "engine"; // of old
            Shell.runLong(checkout, List.of("mvn", "-B", "-q", "-DskipTests", "-pl", module, "-am", "package"));
            install(checkout.resolve("engine/bin/sluice"), checkout.resolve("engine/target/dist/lib"), build);
        } finally {
            Shell.run("git", "-C", repository.toString(), "worktree", "remove", "--force", checkout.toString());
        }
        return build.resolve("bin/sluice");
    }

    private static String commit(String ref) throws IOException {
        return Shell.run("git", "-C", repository().toString(), "rev-parse", "--verify", ref + "^{commit}").strip();
    }

    /** This build with one of its jars exchanged for another. */
    private Path withJar(Path jar) throws IOException {
        Path launcher = Contenders.launcher(null);
        Path libraries = launcher.resolveSibling("..").resolve("target/dist/lib");
        if (!Files.isDirectory(libraries)) {
            libraries = launcher.resolveSibling("..").resolve("lib");
        }
        Path build = StateFolder.builds().resolve(
                "jar-" + Integer.toHexString(jar.hashCode()) + "-" + Files.getLastModifiedTime(jar).toMillis());
        install(launcher, libraries, build);
        try (Stream<Path> files = Files.list(build.resolve("lib"))) {
            for (Path old : files.filter(file -> artifact(file).equals(artifact(jar))).toList()) {
                Files.delete(old);
            }
        }
        Files.copy(jar, build.resolve("lib").resolve(artifact(jar) + "-0-given.jar"),
                StandardCopyOption.REPLACE_EXISTING);
        return build.resolve("bin/sluice");
    }

    /** What a jar is a build of: its file's name up to the version. */
    private static String artifact(Path jar) {
        return jar.getFileName().toString().replaceFirst("-\\d.*|\\.jar$", "");
    }

    /**
     * Lays a build out as an installation: bin/sluice and lib/*.jar. The launcher comes last: it says the rest is
     * there.
     */
    private static void install(Path launcher, Path libraries, Path target) throws IOException {
        Files.createDirectories(target.resolve("lib"));
        Files.createDirectories(target.resolve("bin"));
        try (Stream<Path> jars = Files.list(libraries)) {
            for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
                Files.copy(jar, target.resolve("lib").resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.copy(launcher, target.resolve("bin/sluice"), StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static Path repository() throws IOException {
        Path launcher = Contenders.launcher(null);
        return Path.of(Shell.run("git", "-C", launcher.resolveSibling(".").toString(), "rev-parse", "--show-toplevel")
                .strip());
    }
}
