package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that die, with default settings: nobody notices before their checks do. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class FailedConnectTest {
    @ParameterizedTest
    @ValueSource(strings = {"{ by: none }", "{ by: source-ip }"})
    void no_client_is_lost_when_the_only_server_dies_and_a_backup_is_there(String affinity) throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var spare = new NamedServer("spare");
                var running = new RunningDaemon("""
                        services:
                          web:
                            listen: 127.0.0.1:%d
                            affinity: %s
                            servers:
                              a: 127.0.0.1:%d
                              spare: { address: 127.0.0.1:%d, backup: true }
                        """.formatted(port, affinity, a.port(), spare.port()))) {
            assertThat(LineClient.ask(port)).isEqualTo("a");
            a.close();
            await().atMost(Duration.ofSeconds(60)).until(() -> isRefused(a.port()));
            for (int i = 0; i < 50; i++) { // before and after its check has found out
                assertThat(LineClient.ask(port)).isEqualTo("spare");
            }
            assertThat(running.server("web", "spare").name()).isEqualTo("spare");
        }
    }

    private static boolean isRefused(int port) {
        try (var socket = new Socket("127.0.0.1", port)) {
            return !socket.isConnected();
        } catch (IOException refused) {
            return true;
        }
    }

    @Test
    void no_client_is_lost_when_all_servers_but_one_die_at_once() throws Exception {
        int port = FreePort.next();
        var servers = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            try (var dies = new NamedServer("dead")) {
                servers.append("      s").append(i).append(": 127.0.0.1:").append(dies.port()).append('\n');
            }
        }
        try (var last = new NamedServer("last");
                var running = new RunningDaemon("""
                        services:
                          web:
                            listen: 127.0.0.1:%d
                            servers:
                        %s      last: 127.0.0.1:%d
                        """.formatted(port, servers, last.port()))) {
            for (int i = 0; i < 50; i++) {
                assertThat(LineClient.ask(port)).isEqualTo("last");
            }
            assertThat(running.server("web", "last").name()).isEqualTo("last");
        }
    }
}
