package io.sluice.dataplane.relay;

import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.SocketMemory;
import io.sluice.ringbuffers.syscall.Sockets;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: moves bytes from its source to its sink; one worker's thread. Small exchanges are
 * copied through the worker's buffer; a direction that proves to be bulk is spliced through a pipe, and copied again
 * when it turns quiet. Back-pressure is the kernel's: nothing is read while the sink has not taken what was read
 * before.
 */
final class Direction {
    /** Bytes moved before other connections get their turn. */
    private static final int TURN_BYTES = 2 << 20;
    /** A wake-up that moves less than this is no sign of bulk. */
    private static final int BULK_WAKE_UP_BYTES = 8 << 10;
    /** After this long without a byte a direction is judged anew. */
    private static final long PAUSE_NS = 20_000_000;

    /** An answer of {@link #copy()} that no errno has. */
    private static final int SINK_FAILURE = Integer.MIN_VALUE;

    /** What a turn of pumping ended with. */
    enum Turn {
        /** The source has no more for now, or the sink takes no more: readiness will say when to go on. */
        WAITING,
        /** Its share of time is used up: go on in the next duty cycle. */
        UNFINISHED,
        /** The source has ended and the sink has been told. */
        FINISHED,
        /** The source failed (reset). */
        SOURCE_FAILED,
        /** The sink failed (reset, or closed for writing). */
        SINK_FAILED
    }

    private final Endpoint source;
    private final Endpoint sink;
    private final Relay relay;
    private @Nullable HeldBytes held;
    /** Of what is held, bytes in front that its source has not sent: see {@link #prepend}. */
    private int ownBytes;
    private @Nullable Pipe pipe;
    private boolean sourceEnded;
    private boolean finished;
    private boolean bulk;
    /** Bytes lately moved in full wake-ups, a running sum that quiet wake-ups halve. */
    private int momentumBytes;
    private long lastMoveNs;
    private long nextLookBytes = Stalls.FIRST_LOOK_BYTES;
    /** Bytes that one splice may ask for. */
    int pipeLimitBytes = Integer.MAX_VALUE;
    // Where its sink takes nothing: see Stalls
    private boolean watched;
    private long watchedBytes;
    private long stillSinceNs;
    private boolean stalled;
    /** What it holds of the kernel's memory, as last measured; negative: not yet. */
    long stalledKernelBytes;

    /** Bytes taken from the source and given to the sink since the start. */
    long bytes;
    /** Of these, through splice(2). */
    long splicedBytes;

    Direction(Endpoint source, Endpoint sink, Relay relay) {
        this.source = source;
        this.sink = sink;
        this.relay = relay;
        this.bulk = relay.settings.kind() == RelaySettings.Kind.SPLICE;
    }

    boolean isFinished() {
        return finished;
    }

    /** Whether it is spliced. */
    boolean isBulk() {
        return bulk && !isEncrypted();
    }

    /** Ciphertext cannot be spliced: every byte goes through this process. */
    private boolean isEncrypted() {
        return source.isEncrypted() || sink.isEncrypted();
    }

    /** Puts bytes of our own in front of everything else (a PROXY header), uncounted; before the first turn only. */
    void prepend(HeldBytes bytesFirst) {
        held = bytesFirst;
        ownBytes = bytesFirst.lengthBytes;
    }

    /** Moves what can be moved now. */
    Turn pump() {
        if (finished) {
            return Turn.FINISHED;
        }
        long before = bytes;
        Turn turn = move();
        long moved = bytes - before;
        if (relay.settings.kind() == RelaySettings.Kind.AUTO) {
            judge(moved);
        }
        if (turn == Turn.WAITING && !sink.writable && !watched) {
            watched = true;
            stalled = false;
            watchedBytes = bytes;
            stillSinceNs = relay.worker.nowNs();
            relay.stalls.add(this);
        }
        return turn;
    }

    private Turn move() {
        long turnEnd = bytes + TURN_BYTES;
        while (true) {
            Turn blocked = passOn();
            if (blocked != null) {
                return blocked;
            }
            if (sourceEnded) {
                return finish();
            }
            if (bytes >= nextLookBytes) {
                nextLookBytes = relay.stalls.bound(this, source.fd, sink.fd, bytes);
            }
            if (!source.readable) {
                return Turn.WAITING;
            }
            if (!sink.writable) {
                return Turn.WAITING;
            }
            if (bytes >= turnEnd) {
                return Turn.UNFINISHED;
            }
            int taken = bulk && !isEncrypted() ? spliceIn() : copy();
            if (taken == 0) {
                sourceEnded = true;
            } else if (taken == -Errno.EAGAIN) {
                source.readable = false;
            } else if (taken == SINK_FAILURE) {
                return Turn.SINK_FAILED;
            } else if (taken < 0) {
                return Turn.SOURCE_FAILED;
            }
        }
    }

    private int copy() {
        CopyBuffers buffers = relay.buffers;
        int received = source.receive(buffers);
        if (received <= 0) {
            return received;
        }
        int sent = sink.send(buffers.shared, 0, received);
        if (sent == -Errno.EAGAIN) {
            sent = 0;
        } else if (sent < 0) {
            return SINK_FAILURE;
        }
        bytes += sent;
        if (sent < received) {
            held = buffers.hold(sent, received - sent);
            sink.writable = false;
        }
        return received;
    }

    private int spliceIn() {
        Pipe into = relay.pipes.take();
        if (into == null) {
            return copy(); // out of descriptors: copying needs none
        }
        int moved = into.fill(source.fd, pipeLimitBytes);
        if (moved > 0) {
            pipe = into;
        } else {
            relay.pipes.give(into);
        }
        // splice(2) stops at urgent data and then says "nothing now" or, where a FIN is behind them, "the end"
        boolean proves = moved != 0 && (moved != -Errno.EAGAIN || !source.urgent);
        return proves ? moved : copy();
    }

    /** Gives the sink what was taken before; null when nothing is left of it. */
    private @Nullable Turn passOn() {
        int flushed = sink.flush();
        if (flushed < 0) {
            return flushed == -Errno.EAGAIN ? Turn.WAITING : Turn.SINK_FAILED;
        }
        if (pipe != null) {
            return passOnPipe(pipe);
        }
        return held == null ? null : passOnHeld(held);
    }

    private @Nullable Turn passOnPipe(Pipe full) {
        while (full.heldBytes > 0) {
            if (!sink.writable) {
                return Turn.WAITING;
            }
            int moved = full.drain(sink.fd);
            if (moved == -Errno.EAGAIN) {
                sink.writable = false;
            } else if (moved <= 0) {
                return Turn.SINK_FAILED;
            } else {
                bytes += moved;
                splicedBytes += moved;
            }
        }
        relay.pipes.give(full);
        pipe = null;
        return null;
    }

    private @Nullable Turn passOnHeld(HeldBytes block) {
        while (block.lengthBytes > 0) {
            if (!sink.writable) {
                return Turn.WAITING;
            }
            int sent = sink.send(block.memory, block.offset, block.lengthBytes);
            if (sent == -Errno.EAGAIN) {
                sink.writable = false;
            } else if (sent < 0) {
                return Turn.SINK_FAILED;
            } else {
                int own = Math.min(sent, ownBytes);
                ownBytes -= own;
                bytes += sent - own;
                block.sent(sent);
            }
        }
        relay.buffers.release(block);
        held = null;
        return null;
    }

    private Turn finish() {
        // a stream that was cut off is not passed on as one that has ended
        if (!source.isCutOff() && !sink.sayGoodbye()) {
            return Turn.WAITING;
        }
        finished = true;
        return Turn.FINISHED;
    }

    /** Decides whether this direction is bulk, by what its latest wake-up moved. */
    private void judge(long moved) {
        if (moved == 0) {
            return;
        }
        long nowNs = relay.worker.nowNs();
        if (nowNs - lastMoveNs > PAUSE_NS) {
            momentumBytes = 0;
        }
        lastMoveNs = nowNs;
        int threshold = relay.settings.spliceAfterBytes();
        if (moved < BULK_WAKE_UP_BYTES) {
            momentumBytes >>= 1;
        } else {
            momentumBytes = (int) Math.min(momentumBytes + moved, 16L * threshold);
        }
        bulk = bulk ? momentumBytes >= threshold / 2 : momentumBytes >= threshold;
    }

    // ---- when the sink takes nothing ----

    Connection connection() {
        return sink.connection;
    }

    /** Whether its sink has taken nothing since the last time; from the second time on it is stalled. */
    boolean standsStill(long nowNs) {
        if (!sink.isOpen() || finished || sink.writable) {
            watched = false;
            stalled = false;
        } else if (bytes != watchedBytes) {
            watchedBytes = bytes;
            stillSinceNs = nowNs;
            stalled = false;
        } else if (!stalled) {
            stalled = true;
            stalledKernelBytes = -1;
        }
        return watched;
    }

    boolean isStalled() {
        return stalled;
    }

    /** For how long, nanoseconds. */
    long stillSince(long nowNs) {
        return nowNs - stillSinceNs;
    }

    /** What it holds of the kernel's memory. */
    long kernelBytes(SocketMemory memory) {
        long unread = source.isOpen() && memory.read(source.fd) ? memory.unreadBytes() : 0;
        long unsent = memory.read(sink.fd) ? memory.unsentBytes() : 0;
        return unread + unsent + (pipe == null ? 0 : pipe.heldBytes);
    }

    /**
     * Gives pipe or block back: what is in it goes to the sink's socket, where that has room for it but for the bound
     * on unsent bytes, else into no more memory than it needs.
     *
     * @param mostBytes what the sink's socket may hold then
     */
    void giveUpHeld(SocketMemory memory, int mostBytes) {
        HeldBytes block = held;
        int holds = pipe != null ? pipe.heldBytes : block != null ? block.lengthBytes : 0;
        if (holds == 0 || isEncrypted() || !memory.read(sink.fd)) {
            return;
        }
        int full = memory.unsentBytes() + holds;
        if (full <= Math.min(mostBytes, memory.sendBufferBytes())) {
            Sockets.setsockopt(sink.fd, Sockets.IPPROTO_TCP, Sockets.TCP_NOTSENT_LOWAT, Integer.MAX_VALUE);
            sink.writable = true;
            passOn();
            sink.writable = false; // nothing more is read for it before the kernel tells that it has sent some
            Sockets.setsockopt(sink.fd, Sockets.IPPROTO_TCP, Sockets.TCP_NOTSENT_LOWAT,
                    Math.min(pipeLimitBytes, mostBytes / 2));
            watchedBytes = bytes;
            relay.clients.publishLater(sink.connection);
        } else if (block != null && block.memory.lengthBytes() > 2L * block.lengthBytes) {
            held = relay.buffers.shrink(block);
        }
    }

    /** The sink is gone: what is held for it is dropped and nothing more is read for it. */
    void abandon() {
        release();
        finished = true;
    }

    /** Gives back what this direction holds; the connection is closing. */
    void release() {
        if (pipe != null) {
            relay.pipes.give(pipe);
            pipe = null;
        }
        if (held != null) {
            relay.buffers.release(held);
            held = null;
        }
    }
}
