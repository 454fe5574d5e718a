package io.sluice.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Clients of {@link TellingServers} that number what they ask, and miss no answer. One thread. */
public final class SequencedClients implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    public interface BeforeAnswers {
        void run() throws Exception;
    }

    private final List<DatagramSocket> sockets = new ArrayList<>();
    private final int[] seenAs;
    private long sequence;

    public SequencedClients(int port, int number) throws IOException {
        seenAs = new int[number];
        for (int i = 0; i < number; i++) {
            var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.setSoTimeout((int) PATIENCE.toMillis());
            sockets.add(socket);
        }
    }

    /** Every one of them asks once. */
    public void exchange() {
        try {
            for (DatagramSocket socket : sockets) {
                send(socket);
            }
            receive();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The same in the midst of datagrams from these sources; something happens before they look for the answers. */
    public void exchangeAmid(UdpClients flood, int first, int end, BeforeAnswers before) throws Exception {
        int number = sockets.size();
        for (int i = 0; i < number; i++) {
            flood.flood(first + (int) ((long) (end - first) * i / number),
                    first + (int) ((long) (end - first) * (i + 1) / number));
            send(sockets.get(i));
        }
        before.run();
        receive();
    }

    private void send(DatagramSocket socket) throws IOException {
        socket.send(new DatagramPacket(ByteBuffer.allocate(8).putLong(sequence).array(), 8));
    }

    private void receive() throws IOException {
        var answer = new DatagramPacket(new byte[64], 64);
        for (int i = 0; i < seenAs.length; i++) {
            sockets.get(i).receive(answer);
            ByteBuffer content = ByteBuffer.wrap(answer.getData(), 0, answer.getLength());
            seenAs[i] = content.getInt();
            assertThat(content.getLong()).isEqualTo(sequence);
        }
        sequence++;
    }

    /** Server and port by which it knows each client: a session that has ended would have got others. */
    public List<Integer> seenAs() {
        return Arrays.stream(seenAs).boxed().toList();
    }

    @Override
    public void close() {
        sockets.forEach(DatagramSocket::close);
    }
}
