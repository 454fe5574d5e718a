package io.sluice.dataplane.relay;

import static io.sluice.dataplane.relay.RelayTest.connect;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.worker.Transport;
import io.sluice.testbed.Peer;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Urgent data (RFC 6093): the kernel ends a read in front of it, which is not the stream's end; it goes on in line. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class RelayUrgentTest {
    private static final int HALF = 1 << 20;

    static Stream<Arguments> everyWay() {
        return RelayTest.everyWay();
    }

    /** A block, one urgent byte, a block. */
    private static void sendWithUrgentByte(Socket socket) throws IOException {
        socket.getOutputStream().write(block((byte) 'a'));
        socket.sendUrgentData('!');
        socket.getOutputStream().write(block((byte) 'b'));
    }

    private static byte[] block(byte value) {
        byte[] block = new byte[HALF];
        Arrays.fill(block, value);
        return block;
    }

    private static void assertWhole(byte[] got) {
        assertThat(got.length).isEqualTo(2 * HALF + 1);
        assertThat(Arrays.equals(got, 0, HALF, block((byte) 'a'), 0, HALF)).isTrue();
        assertThat(got[HALF]).isEqualTo((byte) '!');
        assertThat(Arrays.equals(got, HALF + 1, got.length, block((byte) 'b'), 0, HALF)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void one_urgent_byte_amid_bulk_costs_no_byte_in_either_direction(Transport transport, RelaySettings.Kind kind)
            throws Exception {
        var received = new CompletableFuture<byte[]>();
        try (var relay = new RelayHarness(transport, kind, 1); var server = new Peer(socket -> {
            received.complete(socket.getInputStream().readAllBytes());
            sendWithUrgentByte(socket);
            return 1L;
        })) {
            VirtualService service = relay.serve(server.address());
            try (var client = connect(service)) {
                sendWithUrgentByte(client);
                client.shutdownOutput();
                assertWhole(received.get(60, TimeUnit.SECONDS));
                assertWhole(client.getInputStream().readAllBytes());
            }
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.CLOSED);
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void what_stands_behind_an_urgent_byte_is_passed_on_though_nothing_more_comes(Transport transport,
            RelaySettings.Kind kind) throws Exception {
        try (var relay = new RelayHarness(transport, kind, 1); var server = new Peer(socket -> {
            for (int round = 0; round < 10; round++) {
                assertThat(socket.getInputStream().readNBytes(2_001)).hasSize(2_001);
                socket.getOutputStream().write(new byte[1_000]);
                socket.sendUrgentData('!');
                socket.getOutputStream().write(new byte[1_000]);
            }
            return 1L;
        })) {
            VirtualService service = relay.serve(server.address());
            try (var client = connect(service)) {
                for (int round = 0; round < 10; round++) {
                    client.getOutputStream().write(new byte[1_000]);
                    client.sendUrgentData('!');
                    client.getOutputStream().write(new byte[1_000]);
                    assertThat(client.getInputStream().readNBytes(2_001)).hasSize(2_001);
                }
            }
            server.await(1);
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.CLOSED);
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void many_urgent_bytes_in_a_busy_stream_keep_their_places(Transport transport, RelaySettings.Kind kind)
            throws Exception {
        byte[] sent = new byte[8 << 20];
        new Random(11).nextBytes(sent);
        try (var relay = new RelayHarness(transport, kind, 1); var server = new Peer(socket -> {
            assertThat(Arrays.equals(socket.getInputStream().readNBytes(sent.length), sent)).isTrue();
            return 1L;
        })) {
            VirtualService service = relay.serve(server.address());
            try (var client = connect(service)) {
                Future<byte[]> answer = Peer.async(() -> client.getInputStream().readAllBytes());
                var random = new Random(12);
                for (int at = 0; at < sent.length;) {
                    int length = Math.min(1 + random.nextInt(100_000), sent.length - at - 1);
                    client.getOutputStream().write(sent, at, length);
                    at += length;
                    client.sendUrgentData(sent[at++]);
                }
                server.await(1);
                assertThat(answer.get(60, TimeUnit.SECONDS)).isEmpty();
            }
            relay.awaitQuiet();
        }
    }
}
