package io.sluice.tuning.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The one place of this module that changes a host. Any thread. */
public final class HostWriter {
    private static final long COMMAND_DEADLINE_SECONDS = 30;

    private final Path root;

    public HostWriter(Path root) {
        this.root = root;
    }

    void write(String path, String value) throws IOException {
        // no CREATE: a kernel file that is not there must not become an ordinary one
        Files.writeString(root.resolve(path.substring(1)), value + "\n", StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
    }

    void run(List<String> command) throws IOException {
        if (!root.equals(Path.of("/"))) {
            throw new IOException("commands run on this host only, not below " + root);
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        try {
            if (!process.waitFor(COMMAND_DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + " did not end in " + COMMAND_DEADLINE_SECONDS + " s");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new IOException("interrupted while " + command.getFirst() + " ran", interrupted);
        }
        String printed = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + printed.strip().replaceAll("\\s*\\n\\s*", "; "));
        }
    }
}
