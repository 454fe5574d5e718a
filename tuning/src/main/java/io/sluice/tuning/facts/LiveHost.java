package io.sluice.tuning.facts;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The running machine below a root directory, "/" in production. Any thread.
 *
 * <p>Commands run only below "/": the answers of this machine's ethtool say nothing about another root.
 */
public final class LiveHost implements HostSource {
    private static final long COMMAND_DEADLINE_SECONDS = 5;
    /** A service's PATH often lacks the sbin directories where ethtool and nft live. */
    private static final List<String> BINARIES = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin",
            "/usr/local/bin");

    private final Path root;
    private final Map<String, Supplier<String>> trials;

    /** Without trials of the kernel. */
    public LiveHost(Path root) {
        this(root, Map.of());
    }

    /** @param trials of the kernel by name, that a program brings with it */
    public LiveHost(Path root, Map<String, Supplier<String>> trials) {
        this.root = root;
        this.trials = Map.copyOf(trials);
    }

    @Override
    public @Nullable String text(String path) {
        try (BufferedReader reader = open(path)) {
            return reader.lines().collect(Collectors.joining("\n")).stripTrailing();
        } catch (IOException | java.io.UncheckedIOException absentOrDenied) {
            return null;
        }
    }

    @Override
    public @Nullable String matching(String path, Pattern line) {
        try (BufferedReader reader = open(path)) {
            return reader.lines().filter(text -> line.matcher(text).find()).distinct()
                    .collect(Collectors.joining("\n"));
        } catch (IOException | java.io.UncheckedIOException absentOrDenied) {
            return null;
        }
    }

    @Override
    public List<String> names(String directory) {
        try (Stream<Path> entries = Files.list(at(directory))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException | java.io.UncheckedIOException absentOrDenied) {
            return List.of();
        }
    }

    @Override
    public @Nullable String linkName(String path) {
        try {
            return Files.readSymbolicLink(at(path)).getFileName().toString();
        } catch (IOException | UnsupportedOperationException notALink) {
            return null;
        }
    }

    @Override
    public @Nullable String output(List<String> command) {
        if (!root.equals(Path.of("/"))) {
            return null;
        }
        String program = BINARIES.stream().map(directory -> Path.of(directory, command.getFirst()))
                .filter(Files::isExecutable).map(Path::toString).findFirst().orElse(null);
        if (program == null) {
            return null;
        }
        List<String> resolved = Stream.concat(Stream.of(program), command.stream().skip(1)).toList();
        try {
            Process process = new ProcessBuilder(resolved).redirectError(ProcessBuilder.Redirect.DISCARD)
                    .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile())).start();
            CompletableFuture<String> text = CompletableFuture.supplyAsync(() -> drain(process.getInputStream()));
            try {
                String printed = text.get(COMMAND_DEADLINE_SECONDS, TimeUnit.SECONDS);
                return process.waitFor() == 0 ? printed : null;
            } catch (TimeoutException | ExecutionException stuck) {
                process.destroyForcibly();
                return null;
            }
        } catch (IOException notStarted) {
            return null;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    @Override
    public @Nullable String trial(String name) {
        Supplier<String> trial = trials.get(name);
        return trial == null ? null : trial.get();
    }

    @Override
    public boolean exists(String path) {
        return Files.exists(at(path));
    }

    @Override
    public boolean denied(String path) {
        Path file = at(path);
        return Files.exists(file) && !Files.isReadable(file);
    }

    private BufferedReader open(String path) throws IOException {
        InputStream raw = Files.newInputStream(at(path));
        InputStream bytes = path.endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        return new BufferedReader(new InputStreamReader(bytes, StandardCharsets.ISO_8859_1));
    }

    private Path at(String path) {
        return root.resolve(path.startsWith("/") ? path.substring(1) : path);
    }

    private static String drain(InputStream output) {
        try (output) {
            return new String(output.readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
        } catch (IOException broken) {
            return "";
        }
    }
}
