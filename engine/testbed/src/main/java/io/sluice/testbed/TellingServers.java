package io.sluice.testbed;

import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.DatagramsToSend;
import io.sluice.ringbuffers.syscall.Epoll;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.ReceivedDatagrams;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * UDP servers that answer with 12 bytes: the port they see the client at (24 bits), their own number (8), and the first
 * eight bytes they were sent. Shorter datagrams they only take in. A thread of their own.
 */
public final class TellingServers implements AutoCloseable {
    private static final int BATCH = 128;
    private static final int QUESTION_BYTES = 8;
    private static final int ANSWER_BYTES = 12;
    private static final int LONGEST_BYTES = 2048;
    private static final long WAIT_NS = 50_000_000;

    private final int[] sockets;
    private final int[] ports;
    private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::serve);
    private volatile boolean over;

    public TellingServers(int number) throws IOException {
        sockets = new int[number];
        ports = new int[number];
        try (var address = new SocketAddress()) {
            for (int i = 0; i < number; i++) {
                sockets[i] = Errno.check(Sockets.socket(SocketAddress.AF_INET,
                        Sockets.SOCK_DGRAM | Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC, 0), "socket");
                Sockets.setsockopt(sockets[i], Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, 4 << 20);
                Errno.check(Sockets.bind(sockets[i], address.set(0, Ip.v4Low(0x7F00_0001), 0)), "bind");
                Errno.check(Sockets.getsockname(sockets[i], address), "getsockname");
                ports[i] = address.port();
            }
        }
        thread.start();
    }

    public int number() {
        return ports.length;
    }

    public int port(int index) {
        return ports[index];
    }

    private void serve() {
        try (var epoll = new Epoll(sockets.length);
                var questions = new ReceivedDatagrams(BATCH, LONGEST_BYTES);
                var content = new Memory((long) BATCH * ANSWER_BYTES);
                var answers = new DatagramsToSend(BATCH)) {
            for (int i = 0; i < sockets.length; i++) {
                epoll.add(sockets[i], Epoll.EPOLLIN, i);
            }
            while (!over) {
                int ready = epoll.await(WAIT_NS);
                for (int i = 0; i < ready; i++) {
                    answer((int) epoll.data(i), questions, content, answers);
                }
            }
        }
    }

    private void answer(int server, ReceivedDatagrams questions, Memory content, DatagramsToSend answers) {
        int count = questions.receive(sockets[server]);
        for (int i = 0; i < count; i++) {
            if (questions.lengthBytes(i) >= QUESTION_BYTES) {
                long at = (long) i * ANSWER_BYTES;
                content.intBeAt(at, questions.senderPort(i) << 8 | server);
                content.longAt(at + 4, MemorySegment.ofAddress(questions.address(i)).reinterpret(QUESTION_BYTES)
                        .get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
                answers.to(questions.senderHigh(i), questions.senderLow(i), questions.senderPort(i), 0, 0);
                answers.add(content.address() + at, ANSWER_BYTES, 0);
            }
        }
        answers.flushAll(sockets[server]);
    }

    /** Them as a configuration: one UDP service on that port, in turn, with sessions that outlive the test. */
    public String udpService(int port) {
        var text = new StringBuilder("""
                services:
                  udp:
                    listen: 127.0.0.1:%d
                    protocol: udp
                    scheduler: round-robin
                    health-check: { type: none }
                    timeouts: { udp-session: 10m }
                    servers:
                """.formatted(port));
        for (int i = 0; i < number(); i++) {
            text.append("      s%d: 127.0.0.1:%d\n".formatted(i, port(i)));
        }
        return text.toString();
    }

    @Override
    public void close() {
        over = true;
        Threads.join(thread);
        for (int socket : sockets) {
            Files.close(socket);
        }
    }
}
