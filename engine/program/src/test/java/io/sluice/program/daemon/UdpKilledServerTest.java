package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testbed.Namespaces;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The process of a server is killed on a host that lives on, behind a network, where kernels tell of a closed port as
 * seldom as icmp_ratelimit says. Needs root, iproute2, socat, python3.
 */
@Tag("peer")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class UdpKilledServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** One datagram each 50 ms for 10 s, each from a port of its own; prints how many were not answered. */
    private static final String CLIENTS = """
            import socket, sys, threading, time
            lost = []
            def ask():
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                s.settimeout(5)
                s.sendto(b"question", ("10.9.1.2", 7001))
                try:
                    s.recvfrom(100)
                except OSError:
                    lost.append(1)
            asked = []
            for i in range(200):
                asked.append(threading.Thread(target=ask))
                asked[-1].start()
                if i == 60:
                    print("now", flush=True)
                time.sleep(0.05)
            for thread in asked:
                thread.join()
            print(len(lost))
            """;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"least-connections", "round-robin", "maglev"})
    void its_clients_lose_two_datagrams_at_most(String scheduler) throws Exception {
        List<Process> servers = new ArrayList<>();
        try (Namespaces net = new Namespaces("client", "lb", "s1", "s2")) {
            net.link("client", "10.9.1.1/24", "lb", "10.9.1.2/24");
            for (int i = 1; i <= 2; i++) {
                net.link("lb", "10.9.1" + i + ".1/24", "s" + i, "10.9.1" + i + ".2/24");
                servers.add(net.in("s" + i, "socat", "UDP4-RECVFROM:7000,fork", "PIPE")
                        .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
            }
            List<String> inside = new ArrayList<>(net.in("lb").command());
            try (var daemon = ChildDaemon.behind(inside, directory, """
                    services:
                      udp:
                        listen: 10.9.1.2:7001
                        protocol: udp
                        scheduler: %s
                        servers: { s1: 10.9.11.2:7000, s2: 10.9.12.2:7000 }
                    """.formatted(scheduler))) {
                await().atMost(PATIENCE).until(() -> daemon.out().startsWith("ready"));
                await().atMost(PATIENCE).until(() -> daemon.err().contains("s1, s2 serve"));
                Process clients = net.in("client", "python3", "-c", CLIENTS).redirectErrorStream(true).start();
                try (var said = clients.inputReader()) {
                    assertThat(said.readLine()).isEqualTo("now");
                    servers.getFirst().destroyForcibly().waitFor();
                    assertThat(Integer.parseInt(said.readLine())).isLessThanOrEqualTo(2);
                    if (!scheduler.equals("maglev")) { // by which the one address of the clients may have the other server
                        await().atMost(PATIENCE)
                                .until(() -> daemon.err().contains("udp/s1: down: ping 10.9.11.2: reply, but"));
                    }
                }
            }
        } finally {
            servers.forEach(Process::destroyForcibly);
        }
    }
}
