package io.sluice.program.cli;

import static io.sluice.program.cli.Ran.sluice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.program.daemon.RunningDaemon;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.NamedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the agent beside a server wants, as commands show it. */
class AgentCommandsTest {
    @Test
    void servers_status_and_explain_tell_what_an_agent_wants() throws Exception {
        int web = FreePort.next();
        try (var agent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var a = new NamedServer("a");
                var daemon = new RunningDaemon("""
                        admin: off
                        services:
                          web:
                            listen: 127.0.0.1:%d
                            health-check: { type: agent, port: %d, interval: 100ms, timeout: 30s }
                            servers: { a: 127.0.0.1:%d }
                        """.formatted(web, agent.getLocalPort(), a.port()))) {
            Thread.ofVirtual().start(() -> answer(agent));
            String directory = daemon.directory.resolve("state").toString();
            await().atMost(Duration.ofSeconds(60)).untilAsserted(
                    () -> assertThat(sluice("servers", "--state-directory", directory).out()).containsPattern(
                            "web/a +127.0.0.1:" + a.port() + " +100 \\(agent: 75 %\\) +up +online \\(agent: drain\\)"));
            assertThat(sluice("top", "--once", "--state-directory", directory).out()).containsPattern("web/a .*drain");
            JsonNode status = JsonMapper.shared()
                    .readTree(sluice("status", "-o", "json", "--state-directory", directory).out());
            assertThat(status.at("/services/0/servers/0/agent/admin").stringValue()).isEqualTo("drain");
            assertThat(status.at("/services/0/servers/0/agent/weight-percent").asInt()).isEqualTo(75);
            assertThat(status.at("/services/0/servers/0/admin").stringValue()).isEqualTo("online");
            assertThat(status.at("/services/0/servers/0/effective-weight").asInt()).isZero();
            assertThat(sluice("explain", "127.0.0.1", "web", "--state-directory", directory).out())
                    .contains("draining by its agent");
            assertThat(sluice("events", "--state-directory", directory).out())
                    .contains("web/a").contains("by its agent: drain, weight 75 %");
        }
    }

    private static void answer(ServerSocket agent) {
        while (!agent.isClosed()) {
            try (Socket asking = agent.accept()) {
                asking.getOutputStream().write("drain 75%\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException gone) {
                // the test is over, or one check has
            }
        }
    }
}
