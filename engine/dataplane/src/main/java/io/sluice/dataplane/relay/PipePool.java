package io.sluice.dataplane.relay;

import io.sluice.dataplane.worker.DescriptorShare;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.Pipes;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A worker's pipes. A direction holds one only while bytes are in it, so a worker needs as many as it has bulk
 * directions that wait for their reader, and most of the time one.
 */
final class PipePool {
    /** Idle pipes kept open; more are closed when they come back. */
    private static final int KEPT = 64;

    private final int pipeBytes;
    private final DescriptorShare share;
    private final ArrayDeque<Pipe> idle = new ArrayDeque<>(KEPT);
    private final Memory descriptors = new Memory(8);
    private int open;

    PipePool(int pipeBytes, DescriptorShare share) {
        this.pipeBytes = pipeBytes;
        this.share = share;
    }

    /** An empty pipe, or null when the process has few descriptors left: the caller then copies. */
    @Nullable
    Pipe take() {
        Pipe pipe = idle.pollLast();
        return pipe != null ? pipe : open();
    }

    private @Nullable Pipe open() {
        if (Pipes.pipe2(descriptors.address(), Pipes.O_NONBLOCK | Pipes.O_CLOEXEC) < 0) {
            return null;
        }
        int readEnd = descriptors.intAt(0);
        int writeEnd = descriptors.intAt(4);
        if (!share.allowsPipe(writeEnd)) {
            Files.close(readEnd);
            Files.close(writeEnd);
            return null;
        }
        // past /proc/sys/fs/pipe-user-pages-soft an unprivileged process keeps the kernel's standard size
        int granted = Pipes.setPipeSize(writeEnd, pipeBytes);
        open++;
        return new Pipe(readEnd, writeEnd, granted > 0 ? granted : 64 << 10);
    }

    /** Takes a pipe back; one that still holds bytes is closed with them. */
    void give(Pipe pipe) {
        if (pipe.heldBytes == 0 && idle.size() < KEPT) {
            idle.addLast(pipe);
        } else {
            pipe.close();
            open--;
        }
    }

    /** Pipes that exist, idle ones included. */
    int openCount() {
        return open;
    }

    void close() {
        for (Pipe pipe = idle.poll(); pipe != null; pipe = idle.poll()) {
            pipe.close();
            open--;
        }
        descriptors.close();
    }
}
