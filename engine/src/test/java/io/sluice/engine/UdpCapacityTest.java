package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** UDP sessions in great numbers, against a daemon in a process of its own. */
@Timeout(value = 400, unit = TimeUnit.SECONDS)
class UdpCapacityTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int KIB = 1024;

    @Test
    void a_hundred_thousand_sessions_are_held_within_a_kibibyte_each(@TempDir Path directory) throws Exception {
        int clients = 100_000;
        int port = RunningDaemon.freePort();
        try (var servers = new TellingServers(12);
                var daemon = new ChildDaemon(directory, "tables: { connections: 262144 }\n" + service(port, servers));
                var crowd = new UdpClients(port)) {
            crowd.ask(2_000, new int[2_000]); // what the JVM makes once
            long before = daemon.residentBytes();
            int[] first = new int[clients];
            crowd.ask(clients, first);
            long each = (daemon.residentBytes() - before) / (clients - 2_000);
            int[] second = new int[clients];
            crowd.ask(clients, second);
            // the server and the port by which it knows the client: a session that had ended would have got others
            assertThat(second).isEqualTo(first);
            assertThat(java.util.Arrays.stream(first).distinct().count()).isEqualTo(clients);
            assertThat(each).as("bytes per session").isBetween(0L, (long) KIB);
        }
    }

    @Test
    void a_flood_of_a_million_spoofed_sources_neither_grows_the_process_nor_touches_living_sessions(
            @TempDir Path directory) throws Exception {
        int port = RunningDaemon.freePort();
        try (var servers = new TellingServers(1);
                var daemon = new ChildDaemon(directory, "tables: { connections: 8000 }\n" + service(port, servers));
                var flood = new UdpClients(port)) {
            List<DatagramSocket> living = new ArrayList<>();
            List<Integer> seenAs = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                socket.connect(new InetSocketAddress("127.0.0.1", port));
                socket.setSoTimeout(1_000);
                seenAs.add(ask(socket));
                assertThat(ask(socket)).isEqualTo(seenAs.getLast()); // heard of again: no spoofed source
                living.add(socket);
            }
            flood.flood(0, 100_000);
            long before = daemon.residentBytes();
            for (int sent = 100_000; sent < 1_100_000; sent += 20_000) {
                flood.flood(sent, sent + 20_000);
                DatagramSocket one = living.get(sent / 20_000 % living.size());
                int position = living.indexOf(one);
                // in the midst of it; a datagram may be lost before a full socket, the session may not
                await().atMost(PATIENCE).ignoreException(SocketTimeoutException.class)
                        .untilAsserted(() -> assertThat(ask(one)).isEqualTo(seenAs.get(position)));
            }
            assertThat(daemon.residentBytes() - before).isLessThan(24L << 20);
            for (int i = 0; i < living.size(); i++) {
                DatagramSocket socket = living.get(i);
                int expected = seenAs.get(i);
                await().atMost(PATIENCE).ignoreException(SocketTimeoutException.class)
                        .untilAsserted(() -> assertThat(ask(socket)).isEqualTo(expected));
                socket.close();
            }
            // it did arrive: far more sessions were begun than the table holds
            assertThat(servers.received()).isGreaterThan(100_000);
        }
    }

    private static int ask(DatagramSocket socket) throws IOException {
        socket.send(new DatagramPacket(new byte[8], 8));
        var answer = new DatagramPacket(new byte[64], 64);
        socket.receive(answer);
        return ByteBuffer.wrap(answer.getData()).getInt();
    }

    private static String service(int port, TellingServers servers) throws IOException {
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
        for (int i = 0; i < servers.channels.size(); i++) {
            int serverPort = ((InetSocketAddress) servers.channels.get(i).getLocalAddress()).getPort();
            text.append("      s%d: 127.0.0.1:%d\n".formatted(i, serverPort));
        }
        return text.toString();
    }

    /** Servers that answer with their number and the port they see the client at. */
    private static final class TellingServers implements AutoCloseable {
        final List<DatagramChannel> channels = new ArrayList<>();
        private final Selector selector = Selector.open();
        private volatile long received;

        TellingServers(int number) throws IOException {
            for (int i = 0; i < number; i++) {
                DatagramChannel channel = DatagramChannel.open();
                channel.setOption(java.net.StandardSocketOptions.SO_RCVBUF, 4 << 20);
                channel.bind(new InetSocketAddress("127.0.0.1", 0)).configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, i);
                channels.add(channel);
            }
            Thread.ofPlatform().daemon().start(this::serve);
        }

        private void serve() {
            ByteBuffer buffer = ByteBuffer.allocateDirect(2048);
            try {
                while (selector.isOpen()) {
                    selector.select(key -> answer(key, buffer));
                }
            } catch (IOException | java.nio.channels.ClosedSelectorException closed) {
                // the test is over
            }
        }

        private void answer(SelectionKey key, ByteBuffer buffer) {
            DatagramChannel channel = (DatagramChannel) key.channel();
            try {
                for (var from = channel.receive(buffer.clear()); from != null; from = channel
                        .receive(buffer.clear())) {
                    received++;
                    int seen = ((InetSocketAddress) from).getPort() << 8 | (int) key.attachment();
                    channel.send(buffer.clear().putInt(seen).flip(), from);
                }
            } catch (IOException closed) {
                key.cancel();
            }
        }

        long received() {
            return received;
        }

        @Override
        public void close() throws IOException {
            selector.close();
            for (DatagramChannel channel : channels) {
                channel.close();
            }
        }
    }
}
