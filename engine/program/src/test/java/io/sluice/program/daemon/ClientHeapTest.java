package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.dataplane.relay.Relay;
import io.sluice.dataplane.udp.Udp;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.TellingServers;
import io.sluice.testbed.UdpClients;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client takes of the daemon's heap, against what the daemon reckons with: its live objects are counted. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ClientHeapTest {
    private static final int CLIENTS = 1_500;
    private static final int WARM_UP = 100;

    @Test
    void a_connection_takes_no_more_of_the_heap_than_is_reckoned(@TempDir Path directory) throws Exception {
        int port = FreePort.next();
        try (var server = new ServerSocket(0, CLIENTS, InetAddress.getLoopbackAddress());
                var daemon = new ChildDaemon(directory, """
                        services:
                          web: { listen: 127.0.0.1:%d, health-check: { type: none }, servers: { one: 127.0.0.1:%d } }
                        """.formatted(port, server.getLocalPort()))) {
            List<AutoCloseable> open = new ArrayList<>();
            connect(port, server, WARM_UP, open);
            long before = liveBytes(daemon);
            connect(port, server, CLIENTS, open);
            isReckoned(liveBytes(daemon) - before, Relay.HEAP_BYTES_PER_CONNECTION);
            for (AutoCloseable each : open) {
                each.close();
            }
        }
    }

    @Test
    void a_udp_session_takes_no_more_of_the_heap_than_is_reckoned(@TempDir Path directory) throws Exception {
        int port = FreePort.next();
        try (var servers = new TellingServers(1);
                var daemon = new ChildDaemon(directory, servers.udpService(port));
                var clients = new UdpClients(port)) {
            clients.ask(WARM_UP, new int[WARM_UP]);
            long before = liveBytes(daemon);
            clients.ask(WARM_UP + CLIENTS, new int[WARM_UP + CLIENTS]);
            isReckoned(liveBytes(daemon) - before, Udp.HEAP_BYTES_PER_SESSION);
        }
    }

    /** One byte each way, so that everything a connection makes is there. */
    private static void connect(int port, ServerSocket server, int number, List<AutoCloseable> open)
            throws IOException {
        var one = ByteBuffer.allocate(1);
        for (int i = 0; i < number; i++) {
            SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
            open.add(client);
            client.write(one.clear());
            var accepted = server.accept();
            open.add(accepted);
            accepted.getOutputStream().write(accepted.getInputStream().read());
            client.read(one.clear());
        }
    }

    /** Not more; nor so much less that clients would be refused for nothing. */
    private static void isReckoned(long bytes, long reckonedPerClient) {
        assertThat(bytes / CLIENTS).isBetween(reckonedPerClient / 3, reckonedPerClient);
    }

    /** By a histogram of the JVM's classes, which is made after a full collection; its last line is the sum. */
    private static long liveBytes(ChildDaemon daemon) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(daemon.pid()), "GC.class_histogram").redirectErrorStream(true).start();
        String text = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jcmd.waitFor()).as(text).isZero();
        String total = text.lines().filter(line -> line.startsWith("Total")).findFirst().orElseThrow();
        return Long.parseLong(total.strip().split("\\s+")[2]);
    }
}
