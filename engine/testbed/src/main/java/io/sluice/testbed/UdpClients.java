package io.sluice.testbed;

import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Datagrams;
import io.sluice.ringbuffers.syscall.DatagramsToSend;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.ReceivedDatagrams;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Any number of UDP clients, each with an address of 127.64.0.0/10, by one socket. One thread. */
public final class UdpClients implements AutoCloseable {
    private static final int FIRST_ADDRESS = 0x7F40_0000;
    private static final int BATCH = 128;
    private static final int QUESTION_BYTES = 8;
    /** What {@link TellingServers} do not answer. */
    private static final int NOISE_BYTES = 4;
    private static final long PATIENCE_NS = 300_000_000;

    private final int port;
    private final int fd;
    private final DatagramsToSend toSend = new DatagramsToSend(BATCH);
    private final ReceivedDatagrams received = new ReceivedDatagrams(BATCH, 2048);
    private final Memory message = new Memory(QUESTION_BYTES);

    public UdpClients(int port) throws IOException {
        this.port = port;
        fd = Errno.check(Sockets.socket(SocketAddress.AF_INET, Sockets.SOCK_DGRAM, 0), "socket");
        Sockets.setsockopt(fd, Sockets.IPPROTO_IP, Datagrams.IP_PKTINFO, 1);
        Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, 4 << 20);
    }

    /** One datagram from each of these clients that nobody answers. */
    public void flood(int first, int end) {
        for (int client = first; client < end;) {
            for (; client < end && !toSend.isFull(); client++) {
                add(client, NOISE_BYTES);
            }
            toSend.flushAll(fd);
        }
    }

    /** The same with a question that is answered, though nobody waits for the answer. */
    public void floodOfQuestions(int first, int end) {
        for (int client = first; client < end;) {
            for (; client < end && !toSend.isFull(); client++) {
                add(client, QUESTION_BYTES);
            }
            toSend.flushAll(fd);
        }
    }

    private void add(int client, int lengthBytes) {
        toSend.to(0, Ip.v4Low(0x7F00_0001), port, 0, Ip.v4Low(FIRST_ADDRESS + client));
        toSend.add(message.address(), lengthBytes, 0);
    }

    /**
     * Has each of these clients ask until it is answered, and hands over what it learns: the first four bytes.
     *
     * @param number of the clients, from 0
     */
    public void ask(int number, int[] answers) throws IOException {
        boolean[] answered = new boolean[BATCH];
        for (int first = 0; first < number; first += BATCH) {
            int count = Math.min(BATCH, number - first);
            java.util.Arrays.fill(answered, false);
            int missing = count;
            for (int attempt = 0; missing > 0; attempt++) {
                if (attempt == 100) {
                    throw new IOException(missing + " clients from " + first + " get no answer");
                }
                for (int i = 0; i < count; i++) {
                    if (!answered[i]) {
                        add(first + i, QUESTION_BYTES);
                    }
                }
                toSend.flushAll(fd);
                missing -= collect(first, count, answered, answers, missing);
            }
        }
    }

    private int collect(int first, int count, boolean[] answered, int[] answers, int wanted) {
        int got = 0;
        for (long deadlineNs = System.nanoTime() + PATIENCE_NS; got < wanted && System.nanoTime() < deadlineNs;) {
            int come = received.receive(fd);
            for (int i = 0; i < come; i++) {
                int client = (int) received.localLow(i) - FIRST_ADDRESS - first;
                if (client >= 0 && client < count && !answered[client]) {
                    answered[client] = true;
                    answers[first + client] = MemorySegment.ofAddress(received.address(i)).reinterpret(4)
                            .get(ValueLayout.JAVA_INT_UNALIGNED, 0);
                    got++;
                }
            }
            Thread.onSpinWait();
        }
        return got;
    }

    @Override
    public void close() {
        Files.close(fd);
        toSend.close();
        received.close();
        message.close();
    }
}
