package io.sluice.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;

/** Random bytes through an echo server for as long as it lives, compared by checksum. */
public final class CheckedStream implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Socket socket;
    private final CompletableFuture<Long> sent = new CompletableFuture<>();
    private final CompletableFuture<Long> received = new CompletableFuture<>();
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean over;

    public CheckedStream(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        InputStream in = socket.getInputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            assertThat(next).isNotNegative(); // the server's name
        }
        Thread.ofPlatform().daemon().start(() -> complete(sent, this::send));
        Thread.ofPlatform().daemon().start(() -> complete(received, this::receive));
    }

    private static void complete(CompletableFuture<Long> future, Callable<Long> body) {
        try {
            future.complete(body.call());
        } catch (Exception e) {
            future.completeExceptionally(e);
        }
    }

    private long send() throws IOException {
        CRC32 sum = new CRC32();
        Random random = new Random(1);
        byte[] block = new byte[16_384];
        OutputStream out = socket.getOutputStream();
        while (!over) {
            random.nextBytes(block);
            sum.update(block);
            out.write(block);
            bytes.addAndGet(block.length);
        }
        socket.shutdownOutput();
        return sum.getValue();
    }

    private long receive() throws IOException {
        CRC32 sum = new CRC32();
        byte[] block = new byte[65_536];
        InputStream in = socket.getInputStream();
        for (int count = in.read(block); count >= 0; count = in.read(block)) {
            sum.update(block, 0, count);
        }
        return sum.getValue();
    }

    public void finish() throws Exception {
        await().atMost(PATIENCE).until(() -> bytes.get() > 1 << 20 || sent.isDone());
        over = true;
        assertThat(received.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo(sent.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        assertThat(bytes.get()).isGreaterThan(1 << 20);
    }

    @Override
    public void close() throws IOException {
        over = true;
        socket.close();
    }
}
