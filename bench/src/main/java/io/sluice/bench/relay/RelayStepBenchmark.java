package io.sluice.bench.relay;

import static io.sluice.ringbuffers.syscall.Sockets.MSG_NOSIGNAL;

import java.net.InetAddress;
import java.net.InetSocketAddress;
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

import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.Pipes;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;

/**
 * The system calls that carry one message from a client to a server through a proxy, all on one thread over loopback:
 * the client sends, the proxy copies or splices, the server receives. What the event loop costs is not in it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RelayStepBenchmark {
    @Param({"64", "16384"})
    int messageBytes;

    private final Memory memory = new Memory(64 * 1024);
    private final TcpPair front = new TcpPair();
    private final TcpPair back = new TcpPair();
    private int pipeRead;
    private int pipeWrite;

    @Setup
    public void open() {
        front.open();
        back.open();
        TcpPair.require(Pipes.pipe2(memory.address(), Pipes.O_CLOEXEC), "pipe2");
        pipeRead = memory.intAt(0);
        pipeWrite = memory.intAt(4);
    }

    @TearDown
    public void close() {
        front.close();
        back.close();
        Files.close(pipeRead);
        Files.close(pipeWrite);
        memory.close();
    }

    @Benchmark
    public int copy() {
        send(front.near);
        for (int moved = 0; moved < messageBytes;) {
            int bytes = Sockets.recv(front.far, memory.address(), memory.lengthBytes(), 0);
            TcpPair.require(Sockets.send(back.near, memory.address(), bytes, MSG_NOSIGNAL), "send");
            moved += bytes;
        }
        return receive(back.far);
    }

    @Benchmark
    public int splice() {
        send(front.near);
        for (int moved = 0; moved < messageBytes;) {
            int bytes = Pipes.splice(front.far, pipeWrite, messageBytes - moved, Pipes.SPLICE_F_MOVE);
            TcpPair.require(Pipes.splice(pipeRead, back.near, bytes, Pipes.SPLICE_F_MOVE), "splice");
            moved += bytes;
        }
        return receive(back.far);
    }

    private void send(int fd) {
        TcpPair.require(Sockets.send(fd, memory.address(), messageBytes, MSG_NOSIGNAL), "send");
    }

    private int receive(int fd) {
        int received = 0;
        while (received < messageBytes) {
            received += TcpPair.require(Sockets.recv(fd, memory.address(), memory.lengthBytes(), 0), "recv");
        }
        return received;
    }

    /** A connection over loopback, both ends here. */
    private static final class TcpPair {
        private int near;
        private int far;

        void open() {
            try (SocketAddress address = new SocketAddress()) {
                int listener = require(Sockets.socket(SocketAddress.AF_INET, Sockets.SOCK_STREAM, 0), "socket");
                address.set(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                require(Sockets.bind(listener, address), "bind");
                require(Sockets.listen(listener, 1), "listen");
                require(Sockets.getsockname(listener, address), "getsockname");
                near = require(Sockets.socket(SocketAddress.AF_INET, Sockets.SOCK_STREAM, 0), "socket");
                require(Sockets.connect(near, address), "connect");
                far = require(Sockets.accept4(listener, address, 0), "accept4");
                Files.close(listener);
                require(Sockets.setsockopt(near, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY, 1), "setsockopt");
            }
        }

        void close() {
            Files.close(near);
            Files.close(far);
        }

        static int require(int answer, String call) {
            if (answer < 0) {
                throw new AssertionError(call + " failed: errno " + -answer);
            }
            return answer;
        }
    }
}
