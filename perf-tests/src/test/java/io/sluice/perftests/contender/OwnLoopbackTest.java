package io.sluice.perftests.contender;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perftests.host.Shell;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("peer")
final class OwnLoopbackTest {
    @Test
    void tcp_in_it_is_as_asked_for_whatever_the_host_has() throws IOException {
        String host = congestionControl();
        String other = host.equals("reno") ? "cubic" : "reno";
        try (OwnLoopback loopback = OwnLoopback.create(other)) {
            assertThat(congestionControl("ip", "netns", "exec", loopback.balancerNamespace())).isEqualTo(other);
            assertThat(congestionControl()).isEqualTo(host);
            assertThat(loopback.name()).contains(other);
        }
    }

    @Test
    void no_outgoing_connection_takes_a_port_that_a_contender_will_listen_on() throws IOException {
        try (OwnLoopback loopback = OwnLoopback.create("cubic")) {
            int port = loopback.freePort(false);
            String reserved = Shell.run("ip", "netns", "exec", loopback.balancerNamespace(), "sysctl", "-n",
                    "net.ipv4.ip_local_reserved_ports").strip();
            assertThat(port).isBetween(Integer.parseInt(reserved.split("-")[0]),
                    Integer.parseInt(reserved.split("-")[1]));
        }
    }

    @Test
    void nothing_is_left_of_it() throws IOException {
        OwnLoopback loopback = OwnLoopback.create("cubic");
        assertThat(Shell.run("ip", "netns", "list")).contains(loopback.clientNamespace());
        loopback.close();
        assertThat(Shell.run("ip", "netns", "list")).doesNotContain(loopback.clientNamespace());
    }

    private static String congestionControl(String... before) throws IOException {
        java.util.List<String> command = new java.util.ArrayList<>(java.util.List.of(before));
        command.addAll(java.util.List.of("sysctl", "-n", "net.ipv4.tcp_congestion_control"));
        return Shell.run(command.toArray(String[]::new)).strip();
    }
}
