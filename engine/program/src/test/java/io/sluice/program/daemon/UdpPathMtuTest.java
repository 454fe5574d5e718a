package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testbed.Namespaces;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A path that is narrower behind the balancer than before it: client - balancer - (1400) - router - (1280) - server.
 * Needs root, iproute2, socat, curl.
 */
@Tag("peer")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class UdpPathMtuTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Too long for 1,400, whatever the address family; {@link #ONLY_FOR_THE_ROUTER} is for the link behind it. */
    private static final String TOO_LONG = "x".repeat(1420);
    private static final String ONLY_FOR_THE_ROUTER = "x".repeat(1300);
    private static final String NO_FRAGMENTS = ",setsockopt-int=0:10:2"; // IP_MTU_DISCOVER: IP_PMTUDISC_DO
    private static final String NO_FRAGMENTS_INET6 = ",setsockopt-int=41:23:2";
    private static final String ANY_FRAGMENTS = ",setsockopt-int=0:10:0"; // IP_PMTUDISC_DONT

    @TempDir
    private Path directory;
    @SuppressWarnings("NullAway.Init")
    private Namespaces net;
    private final List<Process> servers = new ArrayList<>();

    @BeforeEach
    void connect() throws Exception {
        net = new Namespaces("client", "lb", "router", "server");
        link("client", "lb", 1, 1500);
        link("lb", "router", 2, 1400);
        link("router", "server", 3, 1280);
        Namespaces.output(net.in("router", "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"));
        for (String family : List.of("10.9.", "fd09::")) {
            String six = family.endsWith(":") ? "-6" : "-4";
            String towards = family + (six.equals("-6") ? "3:0/112" : "3.0/24");
            String back = family + (six.equals("-6") ? "2:0/112" : "2.0/24");
            route(six, "lb", towards, family + (six.equals("-6") ? "2:2" : "2.2"));
            route(six, "server", back, family + (six.equals("-6") ? "3:1" : "3.1"));
        }
        serve("router", "UDP4-RECVFROM:7000,fork");
        serve("router", "UDP6-RECVFROM:7000,fork,ipv6only");
        serve("server", "UDP4-RECVFROM:7000,fork");
        serve("server", "UDP6-RECVFROM:7000,fork,ipv6only");
    }

    private void link(String near, String far, int number, int mtu) throws Exception {
        List<String> ends = net.link(near, "10.9." + number + ".1/24", far, "10.9." + number + ".2/24");
        for (int i = 0; i < 2; i++) {
            String role = i == 0 ? near : far;
            Namespaces.run("ip", "-n", net.name(role), "link", "set", ends.get(i), "mtu", String.valueOf(mtu));
            Namespaces.run("ip", "-n", net.name(role), "address", "add", "fd09::" + number + ":" + (i + 1) + "/112",
                    "dev", ends.get(i), "nodad");
        }
    }

    private void route(String family, String role, String to, String via) throws IOException {
        Namespaces.run("ip", family, "-n", net.name(role), "route", "add", to, "via", via);
    }

    private void serve(String role, String listen) throws IOException {
        servers.add(net.in(role, "socat", listen, "PIPE").redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
    }

    @AfterEach
    void disconnect() throws Exception {
        for (Process server : servers) {
            server.destroyForcibly().waitFor();
        }
        net.close();
    }

    private ChildDaemon daemon(String... starter) throws IOException {
        List<String> inside = net.in("lb", starter).command();
        ChildDaemon daemon = ChildDaemon.behind(inside, directory,
                """
                        metrics: { listen: 127.0.0.1:9100 }
                        services:
                          near: { listen: "10.9.1.2:7001", protocol: udp, health-check: { type: none }, servers: { one: "10.9.2.2:7000" } }
                          far: { listen: "10.9.1.2:7002", protocol: udp, health-check: { type: none }, servers: { one: "10.9.3.2:7000" } }
                          near6: { listen: "[fd09::1:2]:7001", protocol: udp, health-check: { type: none }, servers: { one: "[fd09::2:2]:7000" } }
                          far6: { listen: "[fd09::1:2]:7002", protocol: udp, health-check: { type: none }, servers: { one: "[fd09::3:2]:7000" } }
                          headed: { listen: "10.9.1.2:7004", protocol: udp, health-check: { type: none }, proxy-protocol: { send: v2 }, servers: { one: "10.9.2.2:7000" } }
                          mixed: { listen: "[fd09::1:2]:7003", protocol: udp, health-check: { type: none }, servers: { one: "10.9.2.2:7000" } }
                        """);
        await().atMost(PATIENCE).until(() -> daemon.out().startsWith("ready") || !daemon.isAlive());
        assertThat(daemon.isAlive()).as(daemon.err()).isTrue();
        return daemon;
    }

    /** What a client gets back from that service for this text. */
    private String exchange(String to, String text) throws Exception {
        Process client = net.in("client", "socat", "-b4096", "-t1", "-", to)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var out = client.outputWriter()) {
            out.write(text);
        } catch (IOException ended) {
            // it was told before it had read all
        }
        String answer = new String(client.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        client.waitFor();
        return answer;
    }

    /** The MTU of the path to the balancer, as the client's kernel has learnt it; empty where it knows of none. */
    private String learnt(String balancer) throws IOException {
        String route = Namespaces.output(net.in("client", "ip", "route", "get", balancer));
        return route.replaceAll("(?s)^(?:.* mtu (?:lock )?(\\d+))?.*$", "$1");
    }

    private void forget() throws IOException {
        Namespaces.output(net.in("client", "ip", "-4", "route", "flush", "cache"));
        Namespaces.output(net.in("client", "ip", "-6", "route", "flush", "cache"));
    }

    private void awaitLearnt(String mtu, String balancer, String to, String text) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            exchange(to, text);
            assertThat(learnt(balancer)).isEqualTo(mtu);
        });
    }

    @Test
    void who_forbids_fragments_learns_the_mtu_of_the_path_and_what_fits_into_it_is_answered() throws Exception {
        try (var daemon = daemon()) {
            String same = "UDP4:10.9.1.2:7001,sourceport=5555" + NO_FRAGMENTS; // as QUIC, which begins with short ones
            await().atMost(PATIENCE).until(() -> exchange(same, "hello"), "hello"::equals);
            assertThat(exchange(same, TOO_LONG)).isEmpty();
            awaitLearnt("1400", "10.9.1.2", "UDP4:10.9.1.2:7001" + NO_FRAGMENTS, TOO_LONG);
            String fits = "x".repeat(1400 - 28);
            assertThat(exchange("UDP4:10.9.1.2:7001" + NO_FRAGMENTS, fits)).isEqualTo(fits);
            awaitLearnt("1280", "10.9.1.2", "UDP4:10.9.1.2:7002" + NO_FRAGMENTS, ONLY_FOR_THE_ROUTER);
            awaitLearnt("1400", "fd09::1:2", "UDP6:[fd09::1:2]:7001" + NO_FRAGMENTS_INET6, TOO_LONG);
            awaitLearnt("1280", "fd09::1:2", "UDP6:[fd09::1:2]:7002" + NO_FRAGMENTS_INET6, ONLY_FOR_THE_ROUTER);
            forget();
            // what the PROXY header leaves room for
            awaitLearnt("1372", "10.9.1.2", "UDP4:10.9.1.2:7004" + NO_FRAGMENTS, TOO_LONG);
            // the same payload: what IPv4's shorter header leaves room for
            awaitLearnt("1420", "fd09::1:2", "UDP6:[fd09::1:2]:7003" + NO_FRAGMENTS_INET6, TOO_LONG);
            String metrics = Namespaces.output(net.in("lb", "curl", "-sS", "http://127.0.0.1:9100/metrics"));
            for (String service : List.of("near", "far", "near6", "far6", "mixed")) {
                assertThat(metrics).containsPattern("sluice_service_datagrams_too_big_total\\{service=\"" + service
                        + "\"} [1-9]");
            }
            assertThat(daemon.err()).doesNotContain("Exception");
        }
    }

    @Test
    void who_allows_fragments_is_answered_whatever_the_length() throws Exception {
        try (var daemon = daemon()) {
            String longer = "x".repeat(4000); // leaves the client in fragments already
            for (String service : List.of("UDP4:10.9.1.2:7001", "UDP4:10.9.1.2:7002")) {
                for (String text : List.of(ONLY_FOR_THE_ROUTER, TOO_LONG, longer)) {
                    await().atMost(PATIENCE).until(() -> exchange(service + ANY_FRAGMENTS, text), text::equals);
                }
            }
            for (String port : List.of("7001", "7002")) { // many at once leave as one message, which is cut first
                await().atMost(PATIENCE)
                        .until(() -> Namespaces.output(net.in("client", BurstMain.command("10.9.1.2", port,
                                "20", "1420"))), "20"::equals);
            }
            for (String service : List.of("UDP6:[fd09::1:2]:7001", "UDP6:[fd09::1:2]:7002", "UDP6:[fd09::1:2]:7003")) {
                await().atMost(PATIENCE).until(() -> exchange(service, longer), longer::equals);
            }
            assertThat(learnt("10.9.1.2")).isEmpty();
            assertThat(daemon.err()).doesNotContain("Exception");
        }
    }

    @Test
    void without_the_capability_everybody_is_answered_by_fragments() throws Exception {
        try (var daemon = daemon("setpriv", "--bounding-set=-net_raw")) {
            for (String service : List.of("UDP4:10.9.1.2:7001" + NO_FRAGMENTS,
                    "UDP6:[fd09::1:2]:7001" + NO_FRAGMENTS_INET6)) {
                await().atMost(PATIENCE).until(() -> exchange(service, TOO_LONG), TOO_LONG::equals);
            }
            assertThat(learnt("10.9.1.2")).isEmpty();
            assertThat(learnt("fd09::1:2")).isEmpty();
            assertThat(daemon.err()).doesNotContain("Exception");
        }
    }
}
