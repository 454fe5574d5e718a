package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.program.observe.DaemonReport;
import io.sluice.program.observe.ServiceReport;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code queue} and {@code when-full} of a real daemon. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class FullServiceTest {
    @Test
    void a_full_service_queues_overflows_or_refuses_as_its_configuration_says() throws Exception {
        int queues = FreePort.next();
        int overflows = FreePort.next();
        int refuses = FreePort.next();
        String server = "{ address: \"127.0.0.1:%d\", max-connections: 1 }";
        try (var a = new NamedServer("a");
                var spare = new NamedServer("spare");
                var running = new RunningDaemon("""
                        services:
                          queues:
                            listen: 127.0.0.1:%d
                            queue: { length: 1, timeout: 60s }
                            servers: { a: %4$s }
                          overflows:
                            listen: 127.0.0.1:%d
                            when-full: backup
                            servers: { a: %4$s, spare: { address: "127.0.0.1:%5$d", backup: true } }
                          refuses:
                            listen: 127.0.0.1:%d
                            when-full: refuse
                            servers: { a: %4$s }
                        """.formatted(queues, overflows, refuses, server.formatted(a.port()), spare.port()))) {
            try (var first = new LineClient(queues)) {
                assertThat(first.server()).isEqualTo("a");
                try (var second = new LineClient(queues)) {
                    await().atMost(Duration.ofSeconds(60)).until(() -> report(running, "queues").waiting() == 1);
                    assertThatThrownBy(() -> LineClient.ask(queues)).isInstanceOf(IOException.class);
                    first.close();
                    assertThat(second.server()).isEqualTo("a");
                }
            }
            try (var first = new LineClient(overflows)) {
                assertThat(first.server()).isEqualTo("a");
                assertThat(LineClient.ask(overflows)).isEqualTo("spare");
            }
            try (var first = new LineClient(refuses)) {
                assertThat(first.server()).isEqualTo("a");
                assertThatThrownBy(() -> LineClient.ask(refuses)).isInstanceOf(IOException.class);
                assertThat(report(running, "refuses").queued()).isZero();
            }
        }
    }

    private static ServiceReport report(RunningDaemon running, String service) throws IOException {
        return DaemonReport.read(running.directory.resolve("state"), running.control().status()).service(service)
                .orElseThrow();
    }
}
