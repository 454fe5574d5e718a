package io.sluice.dataplane.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.service.WorkerColumn;
import io.sluice.dataplane.worker.Transport;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.counters.Kind;
import io.sluice.testbed.Peer;
import io.sluice.testbed.Program;
import java.io.ByteArrayInputStream;
import java.io.SequenceInputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A reader that takes nothing costs a bounded part of TCP's memory, which is the whole machine's. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class RelayStallsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long MIB = 1 << 20;
    private static final Pattern IN_USE = Pattern.compile("skmem:\\(r(\\d+),.*?,w(\\d+),");

    @TempDir
    static Path folder;

    static Stream<Arguments> everyWay() {
        return RelayTest.everyWay().flatMap(way -> Stream.of(0L, 64 * MIB)
                .map(read -> Arguments.of(way.get()[0], way.get()[1], read)));
    }

    /** What the relay's sockets towards this address hold, as the kernel tells others. */
    private static long kernelBytes(String filter) throws Exception {
        long sum = 0;
        Matcher sockets = IN_USE.matcher(
                Program.run(folder, "iproute2", List.of("ss", "-tmnHO", "state", "established", filter)));
        while (sockets.find()) {
            sum += Long.parseLong(sockets.group(1)) + Long.parseLong(sockets.group(2));
        }
        return sum;
    }

    private static long kernelBytes(VirtualService service, int serverPort) throws Exception {
        return kernelBytes("sport = :" + RelayHarness.address(service).getPort())
                + kernelBytes("dport = :" + serverPort);
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void a_client_that_does_not_read_costs_at_most_six_mebibytes_and_gets_everything_when_it_does(
            Transport transport, RelaySettings.Kind kind, long readsFirst) throws Exception {
        long size = readsFirst + 64 * MIB;
        try (var relay = new RelayHarness(transport, kind, 1);
                var server = new Peer(socket -> Peer.send(socket.getOutputStream(), size, 3))) {
            VirtualService service = relay.serve(server.address());
            CounterRow row = relay.counters.allocate(Kind.WORKER, 0, "");
            try (var client = RelayTest.connect(service)) {
                byte[] first = client.getInputStream().readNBytes(Math.toIntExact(readsFirst));
                await().atMost(PATIENCE).until(() -> row.get(WorkerColumn.STALLED) == 1);
                await().atMost(PATIENCE).untilAsserted(() -> {
                    long counted = row.get(WorkerColumn.STALLED_BYTES);
                    long told = kernelBytes(service, server.address().getPort());
                    assertThat(told).isBetween(MIB / 2, 6 * MIB);
                    assertThat(counted).isBetween(told, told + 2 * MIB); // and a pipe
                });
                // io_uring takes the giving back for room in the socket, and reads once more than it can get rid of
                assertThat(relay.relays.getFirst().blocksHeld()).isLessThanOrEqualTo(
                        transport == Transport.IO_URING ? 1 : 0);
                assertThat(relay.relays.getFirst().pipesOpen()).isLessThanOrEqualTo(1);
                assertThat(Peer.checksumOfAll(new SequenceInputStream(new ByteArrayInputStream(first),
                        client.getInputStream()), size)).isEqualTo(Peer.checksum(size, 3));
            }
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.CLOSED);
            await().atMost(PATIENCE).until(
                    () -> row.get(WorkerColumn.STALLED) == 0 && row.get(WorkerColumn.STALLED_BYTES) == 0);
        }
    }

    @Test
    void clients_that_do_not_read_are_bounded_together_and_leave_memory_to_the_others() throws Exception {
        long most = 16 * MIB;
        List<Socket> held = new ArrayList<>();
        try (var relay = new RelayHarness(Transport.EPOLL, RelaySettings.Kind.AUTO, 1, Long.MAX_VALUE, most);
                var server = new Peer(socket -> Peer.send(socket.getOutputStream(), 16 * MIB, 4))) {
            VirtualService service = relay.serve(server.address());
            CounterRow row = relay.counters.allocate(Kind.WORKER, 0, "");
            for (int i = 0; i < 150; i++) {
                held.add(RelayTest.connect(service));
            }
            await().atMost(PATIENCE).until(() -> row.get(WorkerColumn.STALLED) > 10);
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(relay.ends).contains(EndReason.RESOURCES);
                assertThat(row.get(WorkerColumn.STALLED_BYTES)).isLessThanOrEqualTo(most);
                assertThat(kernelBytes(service, server.address().getPort())).isLessThan(2 * most);
            });
            try (var reader = RelayTest.connect(service)) {
                assertThat(Peer.checksumOfAll(reader.getInputStream(), 16 * MIB)).isEqualTo(Peer.checksum(16 * MIB, 4));
            }
            for (Socket socket : held) {
                socket.close();
            }
            relay.awaitQuiet();
            assertThat(relay.ends).containsOnly(EndReason.RESOURCES, EndReason.CLIENT_RESET, EndReason.CLOSED);
        }
    }
}
