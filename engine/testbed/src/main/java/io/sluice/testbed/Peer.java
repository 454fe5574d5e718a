package io.sluice.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.awaitility.Awaitility;

/** A server of the test: runs a body for each connection and closes it afterwards. */
public final class Peer implements AutoCloseable {
    /** What it does with one connection. */
    public interface Body {
        long serve(Socket socket) throws Exception;
    }

    private final ServerSocket listener;
    private final List<CompletableFuture<Long>> served = new CopyOnWriteArrayList<>();

    public Peer(Body body) throws IOException {
        this(InetAddress.getLoopbackAddress(), body);
    }

    public Peer(InetAddress address, Body body) throws IOException {
        listener = new ServerSocket(0, 4096, address);
        Thread.ofVirtual().start(() -> {
            while (!listener.isClosed()) {
                try {
                    Socket socket = listener.accept();
                    var done = new CompletableFuture<Long>();
                    served.add(done);
                    Thread.ofVirtual().start(() -> {
                        try (socket) {
                            done.complete(body.serve(socket));
                        } catch (Throwable failure) {
                            done.completeExceptionally(failure);
                        }
                    });
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    public void await(int count) throws Exception {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> served.size() >= count);
        for (CompletableFuture<Long> one : served) {
            one.get(60, TimeUnit.SECONDS);
        }
    }

    public static <T> Future<T> async(Callable<T> task) {
        var result = new CompletableFuture<T>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(task.call());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    /** A block that depends on the seed; the stream repeats it with its number in front. */
    private static byte[] block(int seed) {
        byte[] block = new byte[1 << 20];
        new Random(seed).nextBytes(block);
        return block;
    }

    private static void number(byte[] block, long index) {
        for (int i = 0; i < 8; i++) {
            block[i] = (byte) (index >>> (8 * i));
        }
    }

    public static long send(OutputStream out, long size, int seed) throws IOException {
        byte[] block = block(seed);
        for (long sent = 0; sent < size; sent += block.length) {
            number(block, sent / block.length);
            out.write(block);
        }
        return size;
    }

    public static long checksum(long size, int seed) {
        var crc = new CRC32C();
        byte[] block = block(seed);
        for (long sent = 0; sent < size; sent += block.length) {
            number(block, sent / block.length);
            crc.update(block);
        }
        return crc.getValue();
    }

    public static long checksumOfAll(InputStream in, long size) throws IOException {
        var crc = new CRC32C();
        byte[] buffer = new byte[1 << 18];
        long total = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            crc.update(buffer, 0, n);
            total += n;
        }
        assertThat(total).isEqualTo(size);
        return crc.getValue();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
