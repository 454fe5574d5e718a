package io.sluice.testbed;

import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import java.util.concurrent.TimeUnit;

/** A real program as a peer, killed when the test is over. */
public final class Program implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    public final Process process;
    public final Path output;

    private Program(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts it in a folder; the output goes to a file there. */
    public static Program start(Path folder, String debianPackage, List<String> command) throws IOException {
        String name = command.getFirst();
        if (find(name) == null) {
            fail(name + " is missing: apt-get install " + debianPackage);
        }
        Path output = Files.createTempFile(folder, name, ".out");
        return new Program(new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectInput(new File("/dev/null")).redirectOutput(output.toFile()).start(), output);
    }

    /** Runs it to its end, which must be a good one; says what it printed. */
    public static String run(Path folder, String debianPackage, List<String> command) throws Exception {
        try (Program program = start(folder, debianPackage, command)) {
            if (!program.process.waitFor(60, TimeUnit.SECONDS) || program.process.exitValue() != 0) {
                fail(String.join(" ", command) + "\n" + program.printed());
            }
            return program.printed();
        }
    }

    private static @Nullable String find(String name) {
        for (String folder : List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")) {
            if (Files.isExecutable(Path.of(folder, name))) {
                return folder + "/" + name;
            }
        }
        return null;
    }

    public String printed() throws IOException {
        return Files.readString(output);
    }

    /** Waits until a TCP port of this program accepts; false when the program ended before. */
    public boolean accepts(InetSocketAddress address) {
        await().atMost(DEADLINE).until(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(address, 1000);
                return true;
            } catch (IOException notYet) {
                return !process.isAlive();
            }
        });
        return process.isAlive();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
