package io.sluice.control.health;

import static io.sluice.control.health.Recorder.QUICK;
import static io.sluice.control.health.Recorder.once;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.api.ServerHealth;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.ProxyProtocol;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.testbed.Program;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("peer")
class PingCheckTest {
    private static final String NAMESPACE = "sluice-ping-" + ProcessHandle.current().pid();
    private static final String[] WITHOUT_CAPABILITIES = {"setpriv", "--bounding-set=-all", "--inh-caps=-all"};
    @TempDir
    static Path folder;

    @BeforeAll
    static void own_namespace() throws Exception {
        ip("netns", "add", NAMESPACE);
        inside("ip", "link", "set", "lo", "up");
        // a network where ARP finds nobody, but for one address that never answers
        inside("ip", "link", "add", "left", "type", "veth", "peer", "name", "right");
        inside("ip", "address", "add", "10.98.0.1/24", "dev", "left");
        inside("ip", "link", "set", "left", "up");
        inside("ip", "link", "set", "right", "up");
        inside("sysctl", "-qw", "net.ipv4.neigh.left.retrans_time_ms=50");
        inside("ip", "neighbour", "add", "10.98.0.9", "lladdr", "02:00:00:00:00:99", "dev", "left");
    }

    @AfterAll
    static void remove_namespace() throws Exception {
        ip("netns", "delete", NAMESPACE);
    }

    private static void ip(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Program.run(folder, "iproute2", command);
    }

    private static String inside(String... command) throws Exception {
        var whole = new ArrayList<>(List.of("ip", "netns", "exec", NAMESPACE));
        whole.addAll(List.of(command));
        return Program.run(folder, "iproute2", whole);
    }

    /** A JVM of its own in the namespace; one line per address. */
    private static List<String> ping(String[] privileges, int timeoutMs, String... addresses) throws Exception {
        var command = new ArrayList<>(List.of(privileges));
        command.addAll(List.of(ProcessHandle.current().info().command().orElseThrow(), "-Xmx64m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-Dlogback.configurationFile=none",
                "-cp", System.getProperty("java.class.path"), PingMain.class.getName(), Integer.toString(timeoutMs)));
        command.addAll(List.of(addresses));
        return inside(command.toArray(new String[0])).lines().filter(line -> line.matches("(UP|DOWN|CHECKING) .*"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void this_host_is_up(String address) throws Exception {
        CheckStatus status = once(new InetSocketAddress(address, 0), new HealthCheck.Ping(QUICK));
        assertThat(status.state()).isEqualTo(ServerHealth.UP);
        assertThat(status.detail()).isEqualTo("ping " + address + ": reply");
    }

    @Test
    void a_source_address_may_be_given_and_must_be_this_hosts() throws Exception {
        var address = new InetSocketAddress("127.0.0.1", 0);
        assertThat(once(new CheckTarget("web", "one", Endpoint.of(address), new HealthCheck.Ping(QUICK),
                Ip.parse("127.0.0.5"), ProxyProtocol.Send.NONE)).state()).isEqualTo(ServerHealth.UP);
        assertThat(once(new CheckTarget("web", "one", Endpoint.of(address), new HealthCheck.Ping(QUICK),
                Ip.parse("192.0.2.1"), ProxyProtocol.Send.NONE)).detail())
                .contains("cannot use the source address: bind to 192.0.2.1");
    }

    @Test
    void unprivileged_processes_ping_where_the_sysctl_allows_it_and_say_why_it_fails() throws Exception {
        inside("sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647");
        assertThat(ping(WITHOUT_CAPABILITIES, 3000, "127.0.0.1", "::1", "10.98.0.9", "10.98.0.2", "10.97.0.1"))
                .containsExactly(
                        "UP ping 127.0.0.1: reply", "UP ping ::1: reply",
                        "DOWN ping 10.98.0.9: timed out: no reply within 3s",
                        // ARP finds nobody, which is known before the timeout
                        "DOWN ping 10.98.0.2: EHOSTUNREACH (no route to host)",
                        "DOWN ping 10.97.0.1: route to 10.97.0.1: ENETUNREACH (network unreachable)");
    }

    @Test
    void a_raw_socket_is_used_where_only_that_is_permitted() throws Exception {
        inside("sysctl", "-qw", "net.ipv4.ping_group_range=1 0");
        assertThat(ping(new String[0], 3000, "127.0.0.1", "::1", "10.98.0.9")).containsExactly(
                "UP ping 127.0.0.1: reply", "UP ping ::1: reply", "DOWN ping 10.98.0.9: timed out: no reply within 3s");
    }

    @Test
    void without_any_permission_nothing_is_known_and_the_remedies_are_named() throws Exception {
        inside("sysctl", "-qw", "net.ipv4.ping_group_range=1 0");
        assertThat(ping(WITHOUT_CAPABILITIES, 3000, "127.0.0.1", "::1")).hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("CHECKING ping ").contains("ping is not permitted here",
                        "net.ipv4.ping_group_range", "CAP_NET_RAW"));
    }
}
