package io.sluice.bench.relay;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The same with the JDK's channels and a direct buffer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RelayStepBaseline {
    @Param({"64", "16384"})
    int messageBytes;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(64 * 1024);
    private final Pair front = new Pair();
    private final Pair back = new Pair();

    @Setup
    public void open() throws IOException {
        front.open();
        back.open();
    }

    @TearDown
    public void close() throws IOException {
        front.close();
        back.close();
    }

    @Benchmark
    public int copy() throws IOException {
        write(front.near(), messageBytes);
        for (int moved = 0; moved < messageBytes;) {
            memory.clear();
            int bytes = front.far().read(memory);
            write(back.near(), bytes);
            moved += bytes;
        }
        int received = 0;
        while (received < messageBytes) {
            memory.clear();
            received += back.far().read(memory);
        }
        return received;
    }

    private void write(SocketChannel channel, int bytes) throws IOException {
        memory.position(0).limit(bytes);
        while (memory.hasRemaining()) {
            channel.write(memory);
        }
    }

    /** A connection over loopback, both ends here. */
    private static final class Pair {
        private SocketChannel[] ends = {};

        void open() throws IOException {
            try (ServerSocketChannel listener = ServerSocketChannel.open()) {
                listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel near = SocketChannel.open(listener.getLocalAddress());
                near.setOption(StandardSocketOptions.TCP_NODELAY, true);
                ends = new SocketChannel[]{near, listener.accept()};
            }
        }

        SocketChannel near() {
            return ends[0];
        }

        SocketChannel far() {
            return ends[1];
        }

        void close() throws IOException {
            near().close();
            far().close();
        }
    }
}
