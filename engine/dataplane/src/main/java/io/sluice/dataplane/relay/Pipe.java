package io.sluice.dataplane.relay;

import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Pipes;

/** A kernel pipe through which one direction splices; one worker's thread. */
final class Pipe {
    final int readEnd;
    final int writeEnd;
    /** Bytes one splice into the empty pipe may ask for. */
    final int capacityBytes;
    /** Bytes in it now. */
    int heldBytes;

    Pipe(int readEnd, int writeEnd, int capacityBytes) {
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
        this.capacityBytes = capacityBytes;
    }

    /** Moves bytes from a socket into the empty pipe, so many at most; the answer is splice(2)'s. */
    int fill(int socket, int limitBytes) {
        int moved = Pipes.splice(socket, writeEnd, Math.min(capacityBytes, limitBytes),
                Pipes.SPLICE_F_MOVE | Pipes.SPLICE_F_NONBLOCK);
        if (moved > 0) {
            heldBytes += moved;
        }
        return moved;
    }

    /** Moves bytes on to a socket; the answer is splice(2)'s. */
    int drain(int socket) {
        int moved = Pipes.splice(readEnd, socket, heldBytes, Pipes.SPLICE_F_MOVE | Pipes.SPLICE_F_NONBLOCK);
        if (moved > 0) {
            heldBytes -= moved;
        }
        return moved;
    }

    void close() {
        Files.close(readEnd);
        Files.close(writeEnd);
    }
}
