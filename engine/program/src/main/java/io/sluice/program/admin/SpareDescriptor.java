package io.sluice.program.admin;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * One open descriptor kept for the day on which there are no more: given up, it makes room for whoever comes to say
 * what is to be done about it. Any thread.
 */
final class SpareDescriptor {
    private static final Path NOTHING = Path.of("/dev/null");

    private @Nullable FileChannel held;

    SpareDescriptor() {
        keep();
    }

    /** Holds one again, if that is possible. */
    synchronized void keep() {
        if (held == null) {
            try {
                held = FileChannel.open(NOTHING, StandardOpenOption.READ);
            } catch (IOException none) {
                held = null;
            }
        }
    }

    /** @return whether there is room for one now */
    synchronized boolean giveUp() {
        FileChannel former = held;
        held = null;
        if (former == null) {
            return false;
        }
        try {
            former.close();
        } catch (IOException e) {
            return false;
        }
        return true;
    }
}
