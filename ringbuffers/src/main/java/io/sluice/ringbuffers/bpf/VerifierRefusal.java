package io.sluice.ringbuffers.bpf;

import io.sluice.ringbuffers.syscall.Errno;
import java.io.IOException;

/** The kernel has not taken a program. */
public final class VerifierRefusal extends IOException {
    private static final long serialVersionUID = 1;
    private static final int LAST_LINES = 12;

    private final int errno;
    private final String log;

    VerifierRefusal(String program, int errno, String log) {
        super("loading the BPF program " + program + ": " + Errno.describe(errno) + (log.isEmpty()
                ? ""
                : "; the verifier's last lines:\n" + end(log)));
        this.errno = Math.abs(errno);
        this.log = log;
    }

    /** EPERM: the right to load programs is missing, whatever the program. */
    public int errno() {
        return errno;
    }

    /** What the verifier wrote, with lines of the source; empty where it did not come so far. */
    public String log() {
        return log;
    }

    /** The verifier's last word on the program; empty where it did not come so far. */
    public String reason() {
        return log.lines().filter(line -> !line.startsWith("processed ")).reduce((_, last) -> last).orElse("");
    }

    private static String end(String log) {
        String[] lines = log.split("\n");
        int from = Math.max(0, lines.length - LAST_LINES);
        return String.join("\n", java.util.Arrays.copyOfRange(lines, from, lines.length));
    }
}
