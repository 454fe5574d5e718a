package io.sluice.dataplane.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Forwarding.TcpProxy;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.worker.Transport;
import io.sluice.testbed.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every promise about the bytes of a connection, over every transport and every way of moving them. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class RelayTest {
    static Stream<Arguments> everyWay() {
        return Stream.of(Transport.values()).flatMap(
                transport -> Stream.of(RelaySettings.Kind.values()).map(kind -> Arguments.of(transport, kind)));
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void one_gibibyte_each_way_arrives_whole(Transport transport, RelaySettings.Kind kind) throws Exception {
        long size = 1L << 30;
        try (var relay = new RelayHarness(transport, kind, 1); var server = new Peer(socket -> {
            Future<Long> received = Peer.async(() -> Peer.checksumOfAll(socket.getInputStream(), size));
            long sent = Peer.send(socket.getOutputStream(), size, 2);
            socket.shutdownOutput();
            assertThat(received.get()).isEqualTo(Peer.checksum(size, 1));
            return sent;
        })) {
            VirtualService service = relay.serve(server.address());
            try (var client = connect(service)) {
                Future<Long> received = Peer.async(() -> Peer.checksumOfAll(client.getInputStream(), size));
                Peer.send(client.getOutputStream(), size, 1);
                client.shutdownOutput();
                assertThat(received.get()).isEqualTo(Peer.checksum(size, 2));
            }
            server.await(1);
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.CLOSED);
            assertThat(service.counters().counts().getFirst().get(ServiceColumn.BYTES_IN)).isEqualTo(size);
            assertThat(service.counters().counts().getFirst().get(ServiceColumn.BYTES_OUT)).isEqualTo(size);
            long spliced = service.counters().counts().getFirst().get(ServiceColumn.BYTES_SPLICED);
            switch (kind) {
                case COPY -> assertThat(spliced).isZero();
                // io_uring cannot tell where urgent data stand in the way of a splice: now and then a read looks
                case SPLICE -> assertThat(spliced)
                        .isBetween(transport == Transport.IO_URING ? 2 * size - size / 8 : 2 * size, 2 * size);
                case AUTO -> assertThat(spliced).isGreaterThan(size);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void ten_thousand_short_connections_leave_nothing_behind(Transport transport, RelaySettings.Kind kind)
            throws Exception {
        try (var relay = new RelayHarness(transport, kind, 2); var server = new Peer(socket -> {
            byte[] request = socket.getInputStream().readNBytes(8);
            socket.getOutputStream().write(request);
            return 1L;
        })) {
            VirtualService service = relay.serve(server.address());
            exchange(service, "warm up!");
            relay.awaitQuiet();
            long before = RelayHarness.openDescriptors();
            int clients = 8;
            try (var pool = Executors.newFixedThreadPool(clients)) {
                List<Callable<Void>> tasks = java.util.Collections.nCopies(clients, () -> {
                    for (int i = 0; i < 10_000 / clients; i++) {
                        assertThat(exchange(service, "%08d".formatted(i))).isEqualTo("%08d".formatted(i));
                    }
                    return null;
                });
                for (Future<Void> done : pool.invokeAll(tasks)) {
                    done.get();
                }
            }
            relay.awaitQuiet();
            assertThat(relay.ends).hasSize(10_001).containsOnly(EndReason.CLOSED);
            // a spliced worker keeps one idle pipe: two descriptors each; others of this process may open some for a
            // class, a leak would be thousands
            await().atMost(Duration.ofSeconds(60)).untilAsserted(
                    () -> assertThat(RelayHarness.openDescriptors())
                            .isLessThanOrEqualTo(before + 2 * relay.workers.count() + 20));
            assertThat(service.counters().gauges().get(ServiceColumn.CONNECTIONS)).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void client_that_closes_its_half_first_still_gets_the_answer(Transport transport, RelaySettings.Kind kind)
            throws Exception {
        try (var relay = new RelayHarness(transport, kind, 1); var server = new Peer(socket -> {
            byte[] all = socket.getInputStream().readAllBytes();
            socket.getOutputStream().write(("got " + all.length).getBytes(StandardCharsets.US_ASCII));
            return 1L;
        })) {
            VirtualService service = relay.serve(server.address());
            try (var client = connect(service)) {
                client.getOutputStream().write(new byte[100_000]);
                client.shutdownOutput();
                assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .isEqualTo("got 100000");
            }
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.CLOSED);
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void server_that_closes_its_half_first_still_gets_the_rest(Transport transport, RelaySettings.Kind kind)
            throws Exception {
        var total = new CompletableFuture<Integer>();
        try (var relay = new RelayHarness(transport, kind, 1); var server = new Peer(socket -> {
            socket.getOutputStream().write("bye".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            total.complete(socket.getInputStream().readAllBytes().length);
            return 1L;
        })) {
            VirtualService service = relay.serve(server.address());
            try (var client = connect(service)) {
                assertThat(client.getInputStream().readAllBytes()).asString(StandardCharsets.US_ASCII).isEqualTo("bye");
                client.getOutputStream().write(new byte[300_000]);
                client.shutdownOutput();
                assertThat(total.get(60, TimeUnit.SECONDS)).isEqualTo(300_000);
            }
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.CLOSED);
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void reset_by_the_client_resets_the_server(Transport transport, RelaySettings.Kind kind) throws Exception {
        var seen = new CompletableFuture<Exception>();
        try (var relay = new RelayHarness(transport, kind, 1); var server = new Peer(socket -> {
            assertThat(socket.getInputStream().read()).isEqualTo('x');
            socket.getOutputStream().write('y');
            try {
                int end = socket.getInputStream().read();
                seen.complete(new IOException("read " + end + " instead of a reset"));
            } catch (SocketException reset) {
                seen.complete(reset);
            }
            return 1L;
        })) {
            VirtualService service = relay.serve(server.address());
            var client = connect(service);
            client.getOutputStream().write('x');
            assertThat(client.getInputStream().read()).isEqualTo('y');
            client.setSoLinger(true, 0);
            client.close();
            assertThat(seen.get(60, TimeUnit.SECONDS)).isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.CLIENT_RESET);
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void reset_by_the_server_resets_the_client_after_its_last_bytes(Transport transport, RelaySettings.Kind kind)
            throws Exception {
        try (var relay = new RelayHarness(transport, kind, 1); var server = new Peer(socket -> {
            socket.getOutputStream().write("last words".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('x');
            socket.setSoLinger(true, 0);
            return 1L;
        })) {
            VirtualService service = relay.serve(server.address());
            try (var client = connect(service)) {
                assertThat(client.getInputStream().readNBytes(10)).asString(StandardCharsets.US_ASCII)
                        .isEqualTo("last words");
                client.getOutputStream().write('x');
                assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class)
                        .hasMessageContaining("reset");
            }
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.SERVER_RESET);
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void slow_reader_stops_the_sender_and_costs_constant_memory(Transport transport, RelaySettings.Kind kind)
            throws Exception {
        long size = 64L << 20;
        try (var relay = new RelayHarness(transport, kind, 1); var server = new Peer(socket -> {
            Peer.send(socket.getOutputStream(), size, 3);
            return 1L;
        })) {
            VirtualService service = relay.serve(server.address());
            try (var client = connect(service)) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> service.counters().counts().getFirst().get(ServiceColumn.BYTES_OUT) > 0);
                long[] last = {-1};
                await().pollInterval(Duration.ofMillis(300)).atMost(Duration.ofSeconds(60)).until(() -> {
                    long now = service.counters().counts().getFirst().get(ServiceColumn.BYTES_OUT);
                    return now == last[0] || (last[0] = now) < 0;
                });
                // what is under way: socket buffers and at most one pipe or one block of held bytes
                assertThat(last[0]).isLessThan(32L << 20);
                assertThat(relay.relays.getFirst().blocksHeld()).isLessThanOrEqualTo(1);
                assertThat(relay.relays.getFirst().pipesOpen()).isLessThanOrEqualTo(2);
                assertThat(Peer.checksumOfAll(client.getInputStream(), size)).isEqualTo(Peer.checksum(size, 3));
            }
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.CLOSED);
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void server_that_never_answers_ends_with_the_idle_timeout(Transport transport, RelaySettings.Kind kind)
            throws Exception {
        try (var relay = new RelayHarness(transport, kind, 1);
                var server = new Peer(socket -> (long) socket.getInputStream().readAllBytes().length)) {
            VirtualService service = relay.serve("web", InetAddress.getLoopbackAddress(), List.of(server.address()),
                    one -> timeouts(one, 500, 500));
            try (var client = connect(service)) {
                client.getOutputStream().write("anyone?".getBytes(StandardCharsets.US_ASCII));
                client.setSoTimeout(60_000);
                assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class)
                        .hasMessageContaining("reset");
            }
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.IDLE_TIMEOUT);
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void half_closed_connection_ends_with_its_own_timeout(Transport transport, RelaySettings.Kind kind)
            throws Exception {
        var quiet = new CompletableFuture<Void>();
        try (var relay = new RelayHarness(transport, kind, 1); var server = new Peer(socket -> {
            quiet.get(60, TimeUnit.SECONDS);
            return 1L;
        })) {
            VirtualService service = relay.serve("web", InetAddress.getLoopbackAddress(), List.of(server.address()),
                    one -> timeouts(one, 3_600_000, 500));
            try (var client = connect(service)) {
                client.shutdownOutput();
                client.setSoTimeout(60_000);
                assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            }
            relay.awaitQuiet();
            quiet.complete(null);
            assertThat(relay.ends).containsExactly(EndReason.HALF_CLOSED_TIMEOUT);
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void bytes_sent_one_at_a_time_arrive_one_after_the_other(Transport transport, RelaySettings.Kind kind)
            throws Exception {
        try (var relay = new RelayHarness(transport, kind, 1); var server = new Peer(socket -> {
            InputStream in = socket.getInputStream();
            for (int one = in.read(); one >= 0; one = in.read()) {
                socket.getOutputStream().write(one + 1);
            }
            return 1L;
        })) {
            VirtualService service = relay.serve(server.address());
            try (var client = connect(service)) {
                for (int i = 0; i < 200; i++) {
                    client.getOutputStream().write(i);
                    assertThat(client.getInputStream().read()).isEqualTo(i + 1);
                }
            }
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.CLOSED);
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void every_order_of_closing_delivers_what_was_sent(Transport transport, RelaySettings.Kind kind) throws Exception {
        var random = new Random(42);
        var received = new java.util.concurrent.LinkedBlockingQueue<Integer>();
        try (var relay = new RelayHarness(transport, kind, 1); var server = new Peer(socket -> {
            socket.getOutputStream().write(new byte[5_000]);
            received.add(socket.getInputStream().readAllBytes().length);
            return 1L;
        })) {
            VirtualService service = relay.serve(server.address());
            for (int i = 0; i < 60; i++) {
                int size = random.nextInt(200_000);
                boolean readFirst = random.nextBoolean();
                try (var client = connect(service)) {
                    if (readFirst) {
                        assertThat(client.getInputStream().readNBytes(5_000)).hasSize(5_000);
                    }
                    client.getOutputStream().write(new byte[size]);
                    client.shutdownOutput();
                    if (!readFirst) {
                        assertThat(client.getInputStream().readNBytes(5_000)).hasSize(5_000);
                    }
                    if (random.nextBoolean()) {
                        assertThat(client.getInputStream().read()).isEqualTo(-1);
                    }
                }
                assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo(size);
            }
            relay.awaitQuiet();
        }
    }

    static VirtualService timeouts(VirtualService one, long idleMs, long halfClosedMs) {
        return RoutesEdit.timeouts(one,
                new TcpProxy.Timeouts(2_000_000_000L, idleMs * 1_000_000, halfClosedMs * 1_000_000));
    }

    /** Without a time limit, with which Java looks again afterwards and throws where a reset has come meanwhile. */
    static Socket connect(VirtualService service) throws IOException {
        var socket = new Socket();
        socket.connect(RelayHarness.address(service));
        socket.setSoTimeout(60_000);
        return socket;
    }

    static String exchange(VirtualService service, String request) throws IOException {
        try (var client = connect(service)) {
            client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
