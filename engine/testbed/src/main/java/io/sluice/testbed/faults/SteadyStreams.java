package io.sluice.testbed.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Connections that live as long as they can: each sends bytes that tell their place, and looks at every one that comes
 * back. Two virtual threads each.
 */
final class SteadyStreams implements AutoCloseable {
    private static final int BLOCK_BYTES = 16 << 10;
    /** Every so many blocks a burst without a pause: the relay takes it for bulk, and splices. */
    private static final int BURST_EVERY = 8;
    private static final int BURST_BLOCKS = 32;
    private static final long PAUSE_MS = 50;
    private static final long AGAIN_MS = 200;
    private static final int HANGS_AFTER_MS = 20_000;

    private final int port;
    private final Diary diary;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean over;

    SteadyStreams(int port, int number, Diary diary) {
        this.port = port;
        this.diary = diary;
        for (int i = 0; i < number; i++) {
            long id = i * 7_919L;
            threads.add(Thread.ofVirtual().start(() -> live(id)));
        }
    }

    /** How many came back as they were sent. */
    long bytes() {
        return bytes.get();
    }

    /** Each says that it has sent all, and reads the rest; then whatever is missing is told. */
    void finish() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofMillis(2L * HANGS_AFTER_MS))) {
                diary.wrong("a connection does not end");
                thread.interrupt();
            }
        }
    }

    private void live(long id) {
        while (!over) {
            long askedNs = System.nanoTime();
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout(HANGS_AFTER_MS);
                String server = server(socket.getInputStream());
                exchange(socket, id, server);
            } catch (IOException turnedAway) {
                diary.failed(Fault.Client.TCP, askedNs, "a stream is turned away: " + turnedAway);
            } catch (InterruptedException end) {
                return;
            }
            if (!over) {
                try {
                    Thread.sleep(AGAIN_MS);
                } catch (InterruptedException end) {
                    return;
                }
            }
        }
    }

    private static String server(InputStream in) throws IOException {
        StringBuilder name = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("closed before the server's name");
            }
            name.append((char) next);
        }
        return name.toString();
    }

    private void exchange(Socket socket, long id, String server) throws InterruptedException {
        long bornNs = System.nanoTime();
        AtomicLong sent = new AtomicLong();
        Thread sending = Thread.ofVirtual().start(() -> send(socket, id, sent));
        long received = 0;
        byte[] block = new byte[1 << 16];
        try {
            InputStream in = socket.getInputStream();
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                for (int i = 0; i < count; i++) {
                    if (block[i] != at(id, received + i)) {
                        diary.wrong("a wrong byte of " + server + " at " + (received + i));
                        socket.close();
                        sending.join();
                        return;
                    }
                }
                received += count;
                bytes.addAndGet(count);
            }
            sending.join(TimeUnit.SECONDS.toMillis(1));
            if (!over || received != sent.get()) {
                diary.streamEnded(server, bornNs, "end of stream after " + received + " of " + sent + " bytes");
            }
        } catch (SocketTimeoutException hangs) {
            diary.wrong("nothing came from " + server + " for " + HANGS_AFTER_MS + " ms, after " + received + " of "
                    + sent + " bytes");
        } catch (IOException reset) {
            diary.streamEnded(server, bornNs, reset.getMessage() + " after " + received + " of " + sent + " bytes");
        }
        close(socket);
        sending.join();
    }

    private void send(Socket socket, long id, AtomicLong sent) {
        byte[] block = new byte[BLOCK_BYTES];
        try {
            OutputStream out = socket.getOutputStream();
            for (int round = 0; !over; round++) {
                for (int i = 0; i < (round % BURST_EVERY == BURST_EVERY - 1 ? BURST_BLOCKS : 1); i++) {
                    for (int j = 0; j < block.length; j++) {
                        block[j] = at(id, sent.get() + j);
                    }
                    out.write(block);
                    sent.addAndGet(block.length);
                }
                Thread.sleep(PAUSE_MS);
            }
            socket.shutdownOutput();
        } catch (IOException ended) {
            // the reading half tells
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** No two places near each other look alike. */
    private static byte at(long id, long place) {
        long mixed = (place + id) * 0x9E3779B97F4A7C15L;
        return (byte) (mixed >>> 56);
    }

    @Override
    public void close() {
        over = true;
        threads.forEach(Thread::interrupt);
    }
}
