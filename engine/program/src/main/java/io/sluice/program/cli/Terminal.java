package io.sluice.program.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is at the other end of the standard streams. */
final class Terminal {
    private static final int DEFAULT_COLUMNS = 100;

    private Terminal() {
    }

    /** Whether the descriptor is a terminal. The JDK answers only for all streams together, /proc for each. */
    static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Columns and rows of the terminal on standard input, or the default where there is none. */
    static Size size() {
        if (!isTerminal(0)) {
            return new Size(DEFAULT_COLUMNS, 40);
        }
        try {
            Process stty = new ProcessBuilder("stty", "size").redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectErrorStream(true).start();
            String[] words = new String(stty.getInputStream().readAllBytes(),
                    java.nio.charset.StandardCharsets.US_ASCII)
                    .strip().split(" ", 2);
            int rows = Integer.parseInt(words[0]);
            int columns = Integer.parseInt(words[1]);
            return rows > 0 && columns > 0 ? new Size(columns, rows) : new Size(DEFAULT_COLUMNS, 40);
        } catch (IOException | RuntimeException e) {
            return new Size(DEFAULT_COLUMNS, 40);
        }
    }

    record Size(int columns, int rows) {
    }
}
