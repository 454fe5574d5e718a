package io.sluice.ringbuffers.bpf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many processors the kernel reckons with: so many values have maps that keep one for each. Any thread. */
final class PossibleProcessors {
    static final int COUNT = read();

    private PossibleProcessors() {
    }

    /** A list such as 0-3 or 0,2-7; the last number counts. */
    private static int read() {
        try {
            String list = Files.readString(Path.of("/sys/devices/system/cpu/possible")).strip();
            return Integer.parseInt(list.substring(Math.max(list.lastIndexOf('-'), list.lastIndexOf(',')) + 1)) + 1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
