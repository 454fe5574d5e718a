package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testbed.Namespaces;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients whose address means something on their own link only: answers must leave there. Needs root, iproute2, socat.
 */
@Tag("peer")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class UdpLinkLocalTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void clients_with_the_same_address_on_two_links_get_their_own_answers(@TempDir Path directory) throws Exception {
        try (var net = new Namespaces("one", "two", "lb")) {
            List<String> links = List.of(net.link("one", "fe80::2/64", "lb", "fe80::1/64").getFirst(),
                    net.link("two", "fe80::2/64", "lb", "fe80::1/64").getFirst());
            Process origin = net.in("lb", "socat", "UDP4-RECVFROM:7000,bind=127.0.0.1,fork", "PIPE").inheritIO()
                    .start();
            List<String> inside = net.in("lb").command();
            try (var daemon = ChildDaemon.behind(inside, directory, """
                    services:
                      echo:
                        listen: "[::]:7001"
                        protocol: udp
                        health-check: { type: none }
                        servers: { one: "127.0.0.1:7000" }
                    """)) {
                await().atMost(PATIENCE).until(() -> daemon.out().startsWith("ready") || !daemon.isAlive());
                // its first datagrams may come before the addresses may be used (RFC 4862)
                for (int i = 0; i < 2; i++) {
                    String role = List.of("one", "two").get(i);
                    String to = "UDP6:[fe80::1%" + links.get(i) + "]:7001,bind=[fe80::2%" + links.get(i) + "]:5555";
                    await().atMost(PATIENCE).until(() -> exchange(net, role, to, "from " + role),
                            ("from " + role)::equals);
                }
                assertThat(daemon.err()).doesNotContain("Exception");
            } finally {
                origin.destroyForcibly();
            }
        }
    }

    private static String exchange(Namespaces net, String role, String to, String text) throws Exception {
        Process client = net.in(role, "socat", "-t2", "-", to).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var out = client.getOutputStream()) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        client.waitFor();
        return answer;
    }
}
