package io.sluice.ringbuffers.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ringbuffers.ip.Ip;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of datagrams that leave as one message. */
class DatagramsToSendTest {
    private static final int SO_NO_CHECK = 11;
    private static final int[] LENGTHS = {100, 100, 100, 40, 40, 1200, 1200, 7, 100};

    /** A socket that may not sum is refused UDP_SEGMENT (net/ipv4/udp.c), as on devices that cannot. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void runs_arrive_as_the_datagrams_they_are_made_of_also_where_the_kernel_refuses_to_cut_them(boolean refused)
            throws Exception {
        try (var receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                var toSend = new DatagramsToSend(64);
                var payload = new Memory(8192)) {
            receiver.setSoTimeout(60_000);
            int fd = socket(refused);
            toSend.to(0, Ip.v4Low(0x7F00_0001), receiver.getLocalPort(), 0,
                    Ip.v4Low(0x7F00_0042));
            long at = 0;
            for (int i = 0; i < LENGTHS.length; i++) {
                fill(payload, at, LENGTHS[i], i);
                toSend.add(payload.address() + at, LENGTHS[i], 0);
                at += LENGTHS[i];
            }
            assertThat(toSend.flush(fd)).isZero();
            assertThat(toSend.takeLost()).isZero();
            for (int i = 0; i < LENGTHS.length; i++) {
                byte[] expected = new byte[LENGTHS[i]];
                Arrays.fill(expected, (byte) i);
                assertThat(receive(receiver)).isEqualTo(expected);
            }
            Files.close(fd);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_prefix_stands_in_front_of_every_datagram_of_a_run(boolean refused) throws Exception {
        try (var receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                var toSend = new DatagramsToSend(64);
                var payload = new Memory(64)) {
            receiver.setSoTimeout(60_000);
            int fd = socket(refused);
            fill(payload, 0, 4, 'p');
            fill(payload, 4, 8, 'd');
            toSend.to(0, Ip.v4Low(0x7F00_0001), receiver.getLocalPort(), 0, 0);
            toSend.prefix(payload.address(), 4);
            for (int i = 0; i < 3; i++) {
                toSend.add(payload.address() + 4, 8, 0);
            }
            assertThat(toSend.flush(fd)).isZero();
            for (int i = 0; i < 3; i++) {
                assertThat(receive(receiver)).asString().isEqualTo("ppppdddddddd");
            }
            Files.close(fd);
        }
    }

    @Test
    void what_is_added_behind_a_redirection_has_the_prefix_too() throws Exception {
        try (var receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                var toSend = new DatagramsToSend(64);
                var payload = new Memory(64)) {
            receiver.setSoTimeout(60_000);
            int fd = socket(false);
            fill(payload, 0, 4, 'p');
            fill(payload, 4, 8, 'd');
            toSend.to(0, Ip.v4Low(0x7F00_0001), 9, 0, 0);
            toSend.prefix(payload.address(), 4);
            for (int i = 0; i < 2; i++) {
                toSend.add(payload.address() + 4, 8, 0);
                toSend.redirect(0, Ip.v4Low(0x7F00_0001), receiver.getLocalPort());
                assertThat(toSend.flush(fd)).isZero();
                assertThat(receive(receiver)).asString().isEqualTo("ppppdddddddd");
            }
            Files.close(fd);
        }
    }

    @Test
    void it_is_full_before_its_memory_ends() {
        try (var toSend = new DatagramsToSend(4)) {
            int added = 0;
            for (; !toSend.isFull(); added++) {
                toSend.to(0, Ip.v4Low(0x7F00_0001), 9, 0, 0);
                toSend.add(0, 1, 0);
            }
            assertThat(added).isEqualTo(4);
            toSend.drop();
            assertThat(toSend.takeLost()).isEqualTo(4);
        }
    }

    private static int socket(boolean refused) {
        int fd = Sockets.socket(SocketAddress.AF_INET, Sockets.SOCK_DGRAM, 0);
        assertThat(Sockets.setsockopt(fd, Sockets.SOL_SOCKET, SO_NO_CHECK, refused ? 1 : 0)).isZero();
        return fd;
    }

    private static void fill(Memory memory, long at, int length, int value) {
        for (int i = 0; i < length; i++) {
            memory.byteAt(at + i, (byte) value);
        }
    }

    private static byte[] receive(DatagramSocket socket) throws java.io.IOException {
        var packet = new DatagramPacket(new byte[2048], 2048);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }
}
