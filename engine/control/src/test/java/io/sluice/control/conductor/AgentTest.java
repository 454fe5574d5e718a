package io.sluice.control.conductor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.control.api.Event;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.Question;
import io.sluice.control.api.ServerHealth;
import io.sluice.control.api.Status.AgentStatus;
import io.sluice.scheduler.ServerState;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.NamedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Agents beside servers, which speak as HAProxy's do. */
class AgentTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** Says one line to everybody, after it was asked as the configuration says. */
    private static final class Agent implements AutoCloseable {
        final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private volatile String line;

        Agent(String line) throws IOException {
            this.line = line;
            Thread.ofVirtual().start(this::serve);
        }

        private void serve() {
            while (true) {
                try (Socket socket = listener.accept()) {
                    asked.add(new String(socket.getInputStream().readNBytes(2), StandardCharsets.US_ASCII));
                    socket.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (IOException closed) {
                    if (listener.isClosed()) {
                        return;
                    }
                }
            }
        }

        void say(String next) {
            line = next;
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    private static String configuration(Agent agent, NamedServer a, int listen) {
        // b has the same agent's port on another address, which refuses: its check fails
        return """
                services:
                  web:
                    listen: 127.0.0.1:%d
                    health-check: { type: agent, port: %d, send: "a\\n", interval: 50ms, timeout: 30s, rise: 2, fall: 2 }
                    servers:
                      a: 127.0.0.1:%d
                      b: 127.0.0.9:%d
                """
                .formatted(listen, agent.listener.getLocalPort(), a.port(), a.port());
    }

    @Test
    void an_agent_changes_weight_and_state_and_what_it_said_holds_until_it_takes_it_back() throws Exception {
        try (var agent = new Agent("75%\n");
                var a = new NamedServer("a");
                var harness = new ConductorHarness(configuration(agent, a, FreePort.next()))) {
            harness.awaitEligible("web", "a:75");
            assertThat(agent.asked.take()).isEqualTo("a\n");
            assertThat(harness.status("web", "a").agent()).isEqualTo(new AgentStatus(AdminState.ONLINE, 75));
            assertThat(harness.status("web", "a").weight()).isEqualTo(100);
            assertThat(harness.status("web", "a").effectiveWeight()).isEqualTo(75);
            assertThat(harness.status("web", "a").check().detail())
                    .isEqualTo("agent at 127.0.0.1:" + agent.listener.getLocalPort() + ": 75%");
            await().atMost(DEADLINE)
                    .until(() -> harness.status("web", "b").check().detail().endsWith(": connection refused"));

            String seen = harness.status("web", "a").version();
            agent.say("drain\n");
            await().atMost(DEADLINE).until(() -> harness.server("web", "a").state() == ServerState.DRAINED);
            assertThat(harness.status("web", "a").agent()).isEqualTo(new AgentStatus(AdminState.DRAIN, 75));
            assertThat(harness.status("web", "a").admin()).isEqualTo(AdminState.ONLINE);
            assertThat(harness.status("web", "a").version()).as("what people change has not changed").isEqualTo(seen);

            agent.say("maint, 50% # patching\n");
            await().atMost(DEADLINE).until(() -> harness.server("web", "a").state() == ServerState.HALTED);

            agent.say("somehow ready");
            harness.awaitEligible("web", "a:50");
            agent.say("0%\n");
            await().atMost(DEADLINE).until(() -> harness.server("web", "a").state() == ServerState.WEIGHTLESS);
            agent.say("100%\n");
            harness.awaitEligible("web", "a:100");
            assertThat(harness.status("web", "a").agent()).isNull();
            assertThat(said(harness)).containsExactly(
                    "by its agent: online, weight 75 % (before: online, weight 100 %)",
                    "by its agent: drain, weight 75 % (before: online, weight 75 %)",
                    "by its agent: halt, weight 50 % (before: drain, weight 75 %)",
                    "by its agent: online, weight 50 % (before: halt, weight 50 %)",
                    "by its agent: online, weight 0 % (before: online, weight 50 %)",
                    "by its agent: online, weight 100 % (before: online, weight 0 %)");
        }
    }

    private static List<String> said(ConductorHarness harness) {
        return harness.conductor.ask(new Question.Happened(0)).stream()
                .filter(event -> event.kind() == Event.Kind.ADMIN && event.subject().equals("web/a"))
                .map(Event::text).toList();
    }

    @Test
    void an_agent_that_says_down_is_believed_at_once_and_holds_the_server_down_until_it_says_up() throws Exception {
        try (var agent = new Agent("up 100%\n");
                var a = new NamedServer("a");
                var harness = new ConductorHarness(configuration(agent, a, FreePort.next()))) {
            harness.awaitEligible("web", "a:100");
            agent.say("down # disk full\n");
            await().atMost(DEADLINE).until(() -> harness.status("web", "a").health() == ServerHealth.DOWN);
            assertThat(harness.status("web", "a").check().detail()).endsWith(": down # disk full");
            agent.say("100%\n");
            await().atMost(DEADLINE).until(() -> harness.status("web", "a").check().detail().endsWith(": 100%"));
            assertThat(harness.status("web", "a").health()).isEqualTo(ServerHealth.DOWN);
            agent.say("UP\n");
            harness.awaitEligible("web", "a:100");

            agent.say("well\n");
            await().atMost(DEADLINE).until(() -> harness.status("web", "a").health() == ServerHealth.DOWN);
            assertThat(harness.status("web", "a").check().detail())
                    .endsWith(": well, not what an agent says (such as 75%, ready, drain, maint, up, down)");
        }
    }

    @Test
    void of_what_agents_and_administrators_want_the_stricter_holds() throws Exception {
        try (var agent = new Agent("50%\n");
                var a = new NamedServer("a");
                var harness = new ConductorHarness(configuration(agent, a, FreePort.next()))) {
            harness.awaitEligible("web", "a:50");
            tell(harness, new Command.Weight("web", "a", 10));
            harness.awaitEligible("web", "a:5");
            tell(harness, new Command.Administer("web", "a", AdminState.DRAIN));
            agent.say("ready\n");
            await().atMost(DEADLINE).until(() -> harness.status("web", "a").check().detail().endsWith(": ready"));
            assertThat(harness.server("web", "a").state()).isEqualTo(ServerState.DRAINED);
            agent.say("maint\n");
            await().atMost(DEADLINE).until(() -> harness.server("web", "a").state() == ServerState.HALTED);
            assertThat(harness.conductor.tell(new Command.Administer("web", "a", AdminState.ONLINE), Caller.DAEMON))
                    .isEqualTo(new Outcome.Done("web/a: online",
                            List.of("web/a: its agent says halt, which holds until it says otherwise")));
            assertThat(harness.server("web", "a").state()).isEqualTo(ServerState.HALTED);
            agent.say("ready\n");
            harness.awaitEligible("web", "a:5");
        }
    }

    private static void tell(ConductorHarness harness, Command command) {
        assertThat(harness.conductor.tell(command, Caller.DAEMON)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void what_an_agent_told_the_process_before_holds_until_it_answers_this_one() throws Exception {
        try (var agent = new Agent("drain 75%\n");
                var a = new NamedServer("a");
                var former = new ConductorHarness(configuration(agent, a, FreePort.next()));
                var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var next = new ConductorHarness(configuration(agent, a, FreePort.next())
                        .replace("port: " + agent.listener.getLocalPort(), "port: " + silent.getLocalPort()))) {
            await().atMost(DEADLINE).until(() -> former.server("web", "a").state() == ServerState.DRAINED);
            next.conductor.adopt(former.conductor.ask(new Question.InForce()), true);
            await().atMost(DEADLINE).until(() -> next.server("web", "a").state() == ServerState.DRAINED);
            assertThat(next.status("web", "a").agent()).isEqualTo(new AgentStatus(AdminState.DRAIN, 75));
        }
    }

    @Test
    void a_check_that_asks_no_agent_any_more_forgets_what_it_said() throws Exception {
        int listen = FreePort.next();
        try (var agent = new Agent("drain 20%\n");
                var a = new NamedServer("a");
                var harness = new ConductorHarness(configuration(agent, a, listen))) {
            await().atMost(DEADLINE).until(() -> harness.server("web", "a").state() == ServerState.DRAINED);
            Files.writeString(harness.file, configuration(agent, a, listen)
                    .replaceAll("health-check: .*", "health-check: { type: connect, interval: 50ms, timeout: 30s }"));
            tell(harness, new Command.Reload());
            harness.awaitEligible("web", "a:100");
            assertThat(harness.status("web", "a").agent()).isNull();
        }
    }
}
