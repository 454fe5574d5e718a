package io.sluice.control.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.api.Outcome;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.TemporaryDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What this version cannot do is refused, or warned about: never passed over in silence. */
class UnsupportedTest {
    private static final String SERVICE = "services:\n  web: { listen: '127.0.0.1:%d', health-check: none, servers: { a: 127.0.0.2 }%s }\n";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void a_packet_mode_is_refused_and_nothing_changes() throws Exception {
        int port = FreePort.next();
        try (var harness = new ConductorHarness(SERVICE.formatted(port, ""))) {
            assertThat(harness.reload(SERVICE.formatted(port, ", mode: dr, interface: lo"))).isEqualTo(
                    new Outcome.Refused("service web: mode dr for tcp works on packets, which this version does not do;"
                            + " use mode: proxy; nothing was changed"));
            assertThat(harness.conductor.status().configuration().version()).isEqualTo(1);
        }
    }

    @Test
    void a_pair_and_a_cluster_are_warned_about_in_the_log_and_the_events() throws Exception {
        Path key = Files.writeString(directory.resolve("key"), "0123456789abcdef0123456789abcdef");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        String service = SERVICE.formatted(FreePort.next(), "");
        try (var harness = new ConductorHarness(new TemporaryDirectory(directory), service + """
                high-availability:
                  node: lb1
                  peer: { name: lb2, address: 10.11.40.56 }
                  address: 10.11.40.55
                  role: primary
                  interface: lo
                  secret-file: key
                """, 1024)) {
            assertWarned(harness, "this version runs no pair: nothing acts on 'high-availability'");
            harness.reload("""
                    cluster:
                      name: one.example
                      address: 10.0.0.100/24
                      interface: lo
                      mode: multicast
                      secret-file: key
                      host: { priority: 1, dedicated-address: 10.0.0.11 }
                    """);
            assertWarned(harness, "this version runs no cluster: nothing acts on 'cluster'");
        }
    }

    private static void assertWarned(ConductorHarness harness, String text) {
        assertThat(harness.conductor.events(0)).anySatisfy(event -> assertThat(event.text()).startsWith(text));
    }
}
