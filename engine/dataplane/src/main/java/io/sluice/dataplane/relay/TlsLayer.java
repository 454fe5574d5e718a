package io.sluice.dataplane.relay;

import io.sluice.dataplane.relay.TlsBuffers.Block;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Sockets;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS on one socket: plain bytes on this side, ciphertext on the socket's; its worker's thread. Answers like the system
 * calls that it stands for: a count, or a negated errno. A TLS failure is {@code -EPROTO}.
 */
final class TlsLayer {
    /** What it takes of the heap in the midst of a handshake, when that is most (measured: 12.6 KB). */
    static final int HEAP_BYTES = 13 << 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int SEND_FLAGS = Sockets.MSG_NOSIGNAL | Sockets.MSG_DONTWAIT;

    private final SSLEngine engine;
    private final TlsBuffers buffers;
    /** Largest record's plain bytes: what a place for decrypted bytes must have room for. */
    private final int recordBytes;
    private @Nullable Block incoming;
    private @Nullable Block outgoing;
    /** Why nothing more comes: 0 (the peer ended) or a negated errno; 1 while more may come. */
    private int ended = 1;
    private boolean saidGoodbye;
    private boolean cutOff;

    TlsLayer(SSLEngine engine, TlsBuffers buffers) {
        this.engine = engine;
        this.buffers = buffers;
        recordBytes = engine.getSession().getApplicationBufferSize();
    }

    /** Bytes that go before the handshake, in the clear (a PROXY header). */
    void prepend(HeldBytes clear) {
        Block block = outgoing();
        ByteBuffer from = clear.memory.buffer().position(clear.offset).limit(clear.offset + clear.lengthBytes);
        append(block, from);
    }

    /** Goes on with the handshake: 0 when it is done, {@code -EAGAIN} when the peer must say more, or why it failed. */
    int handshake(int fd) {
        try {
            if (engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING) {
                engine.beginHandshake();
            }
            return shakeHands(fd);
        } catch (SSLException failed) {
            finish(fd); // with the alert that tells the peer what was wrong
            return -Errno.EPROTO;
        }
    }

    private int shakeHands(int fd) throws SSLException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> {
                    int said = sayNext(fd);
                    if (said < 0) {
                        return said;
                    }
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    int heard = hearNext(fd);
                    if (heard < 0) {
                        return heard;
                    }
                }
                case NOT_HANDSHAKING, FINISHED -> {
                    int flushed = flush(fd);
                    return flushed == -Errno.EAGAIN ? 0 : flushed;
                }
            }
        }
    }

    private int sayNext(int fd) throws SSLException {
        SSLEngineResult result = wrap(NOTHING);
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
            int flushed = flush(fd);
            if (flushed < 0) {
                return flushed;
            }
        }
        return result.getStatus() == SSLEngineResult.Status.CLOSED ? -Errno.EPROTO : 0;
    }

    private int hearNext(int fd) throws SSLException {
        int flushed = flush(fd); // the peer answers only what it has heard
        if (flushed < 0) {
            return flushed;
        }
        Block block = incoming();
        // no application data comes before the handshake's end: nothing to have room for
        SSLEngineResult result = engine.unwrap(block.bytes, NOTHING);
        return switch (result.getStatus()) {
            case BUFFER_UNDERFLOW -> {
                int got = fill(fd, block);
                yield got == 0 ? -Errno.EPROTO : Math.min(got, 0);
            }
            case CLOSED, BUFFER_OVERFLOW -> -Errno.EPROTO;
            case OK -> 0;
        };
    }

    /** Takes plain bytes: as recv(2). */
    int receive(int fd, ByteBuffer plain) {
        plain.clear();
        int answer;
        try {
            answer = decrypt(fd, plain);
        } catch (SSLException failed) {
            finish(fd);
            ended = -Errno.EPROTO;
            answer = ended;
        }
        if (incoming != null && incoming.isEmpty()) {
            buffers.give(incoming);
            incoming = null;
        }
        return plain.position() > 0 ? plain.position() : answer;
    }

    /** Until the socket is empty, the place is full, or the end. */
    private int decrypt(int fd, ByteBuffer plain) throws SSLException {
        while (ended == 1 && plain.remaining() >= recordBytes) {
            Block block = incoming();
            SSLEngineResult result = engine.unwrap(block.bytes, plain);
            afterwards(fd, result);
            switch (result.getStatus()) {
                case OK -> {
                    // the next record
                }
                case BUFFER_UNDERFLOW -> {
                    int got = fill(fd, block);
                    if (got == -Errno.EAGAIN) {
                        return got;
                    }
                    if (got <= 0) {
                        ended = got; // without a goodbye, as many do: what came before it is passed on all the same
                        cutOff = true;
                    }
                }
                case CLOSED -> ended = 0;
                case BUFFER_OVERFLOW -> throw new SSLException("a record of more than " + recordBytes + " bytes");
            }
        }
        return ended == 1 ? -Errno.EAGAIN : ended;
    }

    /** What a record may ask for besides its bytes: an answer to a key update, a ticket to note. */
    private void afterwards(int fd, SSLEngineResult result) throws SSLException {
        HandshakeStatus status = result.getHandshakeStatus();
        while (status == HandshakeStatus.NEED_TASK || (status == HandshakeStatus.NEED_WRAP && !saidGoodbye)) {
            if (status == HandshakeStatus.NEED_TASK) {
                runTasks();
            } else if (wrap(NOTHING).getStatus() != SSLEngineResult.Status.OK) {
                break;
            }
            status = engine.getHandshakeStatus();
        }
        flush(fd); // what does not go now goes with the next bytes, or when there is room
    }

    /** Gives plain bytes: as send(2); those it takes may still wait for room, see {@link #flush}. */
    int send(int fd, ByteBuffer plain) {
        int from = plain.position();
        try {
            while (plain.hasRemaining()) {
                SSLEngineResult result = wrap(plain);
                if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                    return -Errno.EPIPE;
                }
                if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
                    int flushed = flush(fd);
                    if (flushed < 0) {
                        return flushed == -Errno.EAGAIN ? plain.position() - from : flushed;
                    }
                }
            }
        } catch (SSLException failed) {
            return -Errno.EPROTO;
        }
        int flushed = flush(fd);
        return flushed < 0 && flushed != -Errno.EAGAIN ? flushed : plain.position() - from;
    }

    /** Sends what waits: 0 when nothing does any more, {@code -EAGAIN}, or why it cannot be sent. */
    int flush(int fd) {
        Block block = outgoing;
        while (block != null && !block.isEmpty()) {
            int sent = Sockets.send(fd, block.address(), block.bytes.remaining(), SEND_FLAGS);
            if (sent < 0) {
                return sent;
            }
            block.gone(sent);
        }
        if (block != null) {
            buffers.give(block);
            outgoing = null;
        }
        return 0;
    }

    /** Says that nothing more comes (close_notify): 0 when that is sent, {@code -EAGAIN}, or why it cannot be. */
    int finish(int fd) {
        if (!saidGoodbye) {
            saidGoodbye = true;
            engine.closeOutbound();
            try {
                while (!engine.isOutboundDone() && wrap(NOTHING).getStatus() == SSLEngineResult.Status.OK) {
                    // one alert, mostly
                }
            } catch (SSLException failed) {
                return -Errno.EPROTO;
            }
        }
        return flush(fd);
    }

    /** Whether the peer's bytes have ended without its goodbye. */
    boolean isCutOff() {
        return cutOff;
    }

    /** Gives back what it holds. */
    void release() {
        if (incoming != null) {
            buffers.give(incoming);
            incoming = null;
        }
        if (outgoing != null) {
            buffers.give(outgoing);
            outgoing = null;
        }
    }

    /** Key exchange and signatures; on the worker, as a hand-over to another thread and back costs more than most. */
    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private SSLEngineResult wrap(ByteBuffer plain) throws SSLException {
        Block block = outgoing();
        ByteBuffer bytes = block.bytes;
        int unsentFrom = bytes.position();
        int unsentTo = bytes.limit();
        bytes.limit(bytes.capacity()).position(unsentTo);
        try {
            return engine.wrap(plain, bytes);
        } finally {
            bytes.limit(bytes.position()).position(unsentFrom);
        }
    }

    private static void append(Block block, ByteBuffer from) {
        int unsentFrom = block.bytes.position();
        int unsentTo = block.bytes.limit();
        block.bytes.limit(block.bytes.capacity()).position(unsentTo);
        block.bytes.put(from).limit(block.bytes.position()).position(unsentFrom);
    }

    private int fill(int fd, Block block) {
        if (block.room() < recordBytes) {
            block.moveToFront();
        }
        int got = Sockets.recv(fd, block.endAddress(), block.room(), Sockets.MSG_DONTWAIT);
        if (got > 0) {
            block.arrived(got);
        }
        return got;
    }

    private Block incoming() {
        Block block = incoming;
        if (block == null) {
            block = buffers.take();
            incoming = block;
        }
        return block;
    }

    private Block outgoing() {
        Block block = outgoing;
        if (block == null) {
            block = buffers.take();
            outgoing = block;
        } else if (block.isEmpty()) {
            block.bytes.position(0).limit(0);
        }
        return block;
    }
}
