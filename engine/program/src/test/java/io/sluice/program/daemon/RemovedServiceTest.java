package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.control.api.Outcome;
import io.sluice.program.observe.DaemonReport;
import io.sluice.program.observe.Known;
import io.sluice.program.observe.ServiceReport;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections of a service that a reload gives another name, or drops. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class RemovedServiceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void a_service_that_is_renamed_keeps_its_connections() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var running = new RunningDaemon(service("old", port, a.port(), "drain: 1ms"));
                var client = new LineClient(port)) {
            assertThat(client.server()).isEqualTo("a");
            for (String name : List.of("new", "newer", "old")) {
                assertDone(running.reload(service(name, port, a.port(), "drain: 1ms")));
                assertThat(report(running).service(name).orElseThrow().connections()).isEqualTo(1);
                assertThat(client.echo("still here")).isEqualTo("still here");
                await().atMost(PATIENCE).until(() -> report(running).removed().isEmpty());
            }
            assertDone(running.control().tell(new Command.Kick("old", null, null, 0), Caller.DAEMON));
            assertThat(client.isEnded()).isTrue();
            await().atMost(PATIENCE)
                    .until(() -> report(running).service("old").orElseThrow().ends().containsKey("kicked"));
        }
    }

    @Test
    void a_service_that_is_dropped_is_named_and_can_be_kicked_as_long_as_it_has_connections() throws Exception {
        int port = FreePort.next();
        int other = FreePort.next();
        try (var a = new NamedServer("a");
                var running = new RunningDaemon(service("old", port, a.port(), "drain: 1h"));
                var client = new LineClient(port)) {
            assertThat(client.server()).isEqualTo("a");
            assertDone(running.reload(service("other", other, a.port(), "drain: 1h")));
            ServiceReport removed = report(running).removed().getFirst();
            assertThat(removed.name()).isEqualTo("old");
            assertThat(removed.connections()).isEqualTo(1);
            assertThat(removed.removed()).singleElement().returns("a", server -> server.name());
            var known = new Known(running.control().status());
            assertThat(known.service(running.control().status().removed().getFirst().id())).isEqualTo("old");
            assertThat(client.echo("still here")).isEqualTo("still here");

            assertThat(running.control().tell(new Command.Kick("odl", null, null, 0), Caller.DAEMON))
                    .isInstanceOf(Outcome.Refused.class);
            assertDone(running.control().tell(new Command.Kick("old", "a", null, 0), Caller.DAEMON));
            assertThat(client.isEnded()).isTrue();
            await().atMost(PATIENCE).until(() -> report(running).removed().isEmpty());
        }
    }

    @Test
    void connections_that_end_with_their_service_are_logged_by_its_name_and_for_that_reason() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var child = new ChildDaemon(directory,
                        "log: { connections: errors }\n" + service("old", port, a.port(), "drain: 1s"));
                var client = new LineClient(port)) {
            assertThat(client.server()).isEqualTo("a");
            child.write("log: { connections: errors }\n"
                    + service("other", FreePort.next(), a.port(), "drain: 1s"));
            child.signal("HUP");
            assertThat(client.isEnded()).isTrue();
            child.awaitErr("end=removed");
            assertThat(child.err().lines().filter(line -> line.contains("end=removed"))).singleElement().asString()
                    .contains(" service=old ").contains(" server=a ");
            child.awaitErr("old: no longer configured, and its time to drain is over: ending 1 connection");
        }
    }

    private static void assertDone(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
    }

    private static String service(String name, int port, int server, String timeouts) {
        return """
                services:
                  %s:
                    listen: 127.0.0.1:%d
                    health-check: { type: none }
                    timeouts: { %s }
                    servers: { a: "127.0.0.1:%d" }
                """.formatted(name, port, timeouts, server);
    }

    private static DaemonReport report(RunningDaemon running) throws IOException {
        return DaemonReport.read(running.directory.resolve("state"), running.control().status());
    }
}
