package io.sluice.control.health;

import static io.sluice.control.health.Recorder.DEADLINE;
import static io.sluice.control.health.Recorder.QUICK;
import static io.sluice.control.health.Recorder.http;
import static io.sluice.control.health.Recorder.local;
import static io.sluice.control.health.Recorder.target;
import static io.sluice.control.health.Recorder.timing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.ServerHealth;
import io.sluice.control.config.model.Bytes;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.testbed.BlackHole;
import io.sluice.testbed.RawServer;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class HealthChecksTest {
    private static final HealthCheck.Timing HOURLY = new HealthCheck.Timing(Duration.ofHours(1), Duration.ofSeconds(5),
            2, 3);

    @Test
    void a_flapping_server_changes_state_by_rise_and_fall_only() throws Exception {
        int[] script = {200, 503, 503, 200, 503, 503, 503, 200, 503, 200, 200};
        var asked = new AtomicInteger();
        try (RawServer server = new RawServer(out -> {
            int code = script[Math.min(asked.getAndIncrement(), script.length - 1)];
            out.write(("HTTP/1.1 " + code + " X\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        })) {
            var seen = new CopyOnWriteArrayList<String>();
            try (var checks = new HealthChecks(change -> seen
                    .add(change.from().word() + "->" + change.to().word() + " after " + asked.get()))) {
                checks.apply(List.of(target("A", server.address(), http(false, "/", null, null))));
                await().atMost(DEADLINE).until(() -> asked.get() > script.length + 3);
                assertThat(seen).containsExactly("checking->up after 1", "up->down after 7", "down->up after 11");
                List<StateChange> changes = checks.changes("web", "A");
                assertThat(changes).extracting(StateChange::to).containsExactly(ServerHealth.UP, ServerHealth.DOWN,
                        ServerHealth.UP);
                assertThat(changes.get(1).detail()).isEqualTo("HTTP GET /: 503 X, not 200-399");
                assertThat(changes.get(1).latencyNs()).isPositive();
                assertThat(changes.get(0).at()).isEqualTo(checks.status("web", "A").changed());
            }
        }
    }

    @Test
    void only_the_latest_changes_are_remembered() throws Exception {
        var asked = new AtomicInteger();
        try (RawServer flapping = new RawServer(out -> out
                .write(("HTTP/1.1 " + (asked.getAndIncrement() % 2 == 0 ? 200 : 500) + " X\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII)));
                Recorder recorder = new Recorder()) {
            var check = new HealthCheck.Http(0, HealthCheck.Http.Request.get("/", null), null,
                    HealthCheck.Http.STANDARD_STATUS, null,
                    new HealthCheck.Timing(Duration.ofMillis(20), Duration.ofSeconds(5), 1, 1));
            recorder.checks.apply(List.of(target("A", flapping.address(), check)));
            await().atMost(DEADLINE).until(() -> recorder.changes.size() > 20);
            assertThat(recorder.checks.changes("web", "A")).hasSize(Watched.REMEMBERED_CHANGES);
        }
    }

    @Test
    void a_server_is_checking_until_its_first_check_ends() throws Exception {
        try (BlackHole hole = new BlackHole(); Recorder recorder = new Recorder()) {
            recorder.checks.apply(List.of(target("A", hole.address(), new HealthCheck.Connect(0, HOURLY))));
            assertThat(recorder.status("A").state()).isEqualTo(ServerHealth.CHECKING);
            assertThat(recorder.status("A").last()).isNull();
            assertThat(recorder.checks.status("web", "unknown")).isNull();
            assertThat(recorder.checks.changes("web", "unknown")).isEmpty();
        }
    }

    @Test
    void unchecked_servers_are_up_at_once() {
        try (Recorder recorder = new Recorder()) {
            recorder.checks.apply(List.of(target("A", local(1), new HealthCheck.None())));
            assertThat(recorder.status("A").state()).isEqualTo(ServerHealth.UP);
            assertThat(recorder.changes).extracting(StateChange::to).containsExactly(ServerHealth.UP);
        }
    }

    @Test
    void applying_the_same_targets_again_changes_nothing() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\n\r\n"); Recorder recorder = new Recorder()) {
            var check = new HealthCheck.Http(0, HealthCheck.Http.Request.get("/", null), null,
                    HealthCheck.Http.STANDARD_STATUS, null, HOURLY);
            var targets = List.of(target("A", server.address(), check), target("B", local(1), new HealthCheck.None()));
            recorder.checks.apply(targets);
            CheckStatus before = recorder.awaitState("A", ServerHealth.UP);
            recorder.checks.apply(List.copyOf(targets));
            recorder.checks.apply(targets.reversed());
            assertThat(recorder.status("A")).isSameAs(before);
            assertThat(recorder.changes).hasSize(2);
            assertThat(server.requests).hasSize(1);
        }
    }

    @Test
    void a_changed_check_keeps_the_state_and_runs_at_once() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\n\r\n"); Recorder recorder = new Recorder()) {
            recorder.checks.apply(List.of(target("A", server.address(), new HealthCheck.Connect(0, HOURLY))));
            recorder.awaitState("A", ServerHealth.UP);
            recorder.checks.apply(List.of(target("A", server.address(), http(false, "/new", null, null))));
            assertThat(recorder.status("A").state()).isEqualTo(ServerHealth.UP);
            recorder.awaitStatus("A", status -> status.detail().startsWith("HTTP GET /new: 200"));
            assertThat(recorder.changes).hasSize(1);
            assertThat(recorder.checks.changes("web", "A")).hasSize(1);

            recorder.checks.apply(List.of(target("A", server.address(), http(false, "/", null, "PASS"))));
            recorder.awaitChanges(ServerHealth.UP, ServerHealth.DOWN);
        }
    }

    @Test
    void a_changed_address_is_a_new_server() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\n\r\n");
                BlackHole hole = new BlackHole();
                Recorder recorder = new Recorder()) {
            recorder.checks.apply(List.of(target("A", server.address(), new HealthCheck.Connect(0, QUICK))));
            recorder.awaitState("A", ServerHealth.UP);
            recorder.checks.apply(List.of(target("A", hole.address(), new HealthCheck.Connect(0, HOURLY))));
            assertThat(recorder.status("A").state()).isEqualTo(ServerHealth.CHECKING);
            assertThat(recorder.checks.changes("web", "A")).isEmpty();
        }
    }

    @Test
    void removed_targets_are_no_longer_checked() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\n\r\n");
                RawServer clock = RawServer.answering("HTTP/1.1 200 OK\r\n\r\n");
                Recorder recorder = new Recorder()) {
            CheckTarget removed = target("A", server.address(), http(false, "/", null, null));
            CheckTarget stays = target("B", clock.address(), http(false, "/", null, null));
            recorder.checks.apply(List.of(removed, stays));
            recorder.awaitState("A", ServerHealth.UP);
            recorder.checks.apply(List.of(stays));
            assertThat(recorder.checks.status("web", "A")).isNull();
            int clockNow = clock.requests.size(); // one check of A may be under way: let it end
            await().atMost(DEADLINE).until(() -> clock.requests.size() > clockNow + 4);
            int requests = server.requests.size();
            await().atMost(DEADLINE).until(() -> clock.requests.size() > clockNow + 10);
            assertThat(server.requests).hasSize(requests);
        }
    }

    @Test
    void services_that_ask_the_same_of_the_same_server_share_one_check() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\n\r\n"); Recorder recorder = new Recorder()) {
            var check = new HealthCheck.Http(0, HealthCheck.Http.Request.get("/", null), null,
                    HealthCheck.Http.STANDARD_STATUS, null, HOURLY);
            CheckTarget first = target("A", server.address(), check);
            CheckTarget second = new CheckTarget("mail", "A", Endpoint.of(server.address()), check, null,
                    first.proxyHeader());
            recorder.checks.apply(List.of(first));
            recorder.awaitState("A", ServerHealth.UP);
            recorder.checks.apply(List.of(first, second));
            assertThat(recorder.changes).extracting(change -> change.target().name() + " " + change.to().word())
                    .containsExactly("web/A up", "mail/A up");
            assertThat(recorder.checks.status("mail", "A")).isSameAs(recorder.status("A"));
            assertThat(server.requests).hasSize(1);
            recorder.checks.apply(List.of(second));
            assertThat(recorder.checks.status("mail", "A").state()).isEqualTo(ServerHealth.UP);
            recorder.checks.onConnectFailure("mail", "A");
            await().atMost(DEADLINE).until(() -> server.requests.size() == 2);
        }
    }

    @Test
    void two_targets_of_one_name_are_refused() {
        try (Recorder recorder = new Recorder()) {
            CheckTarget target = target("A", local(1), new HealthCheck.None());
            assertThatThrownBy(() -> recorder.checks.apply(List.of(target, target)))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("web/A");
        }
    }

    @Test
    void connect_failures_bring_checks_forward_but_do_not_decide() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\n\r\n"); Recorder recorder = new Recorder()) {
            var check = new HealthCheck.Http(0, HealthCheck.Http.Request.get("/", null), null,
                    HealthCheck.Http.STANDARD_STATUS, null, HOURLY);
            recorder.checks.apply(List.of(target("A", server.address(), check)));
            recorder.awaitState("A", ServerHealth.UP);
            long beganNs = System.nanoTime();
            while (server.requests.size() < 4) {
                for (int i = 0; i < 1000; i++) {
                    recorder.checks.onConnectFailure("web", "A");
                }
                assertThat(System.nanoTime() - beganNs).isLessThan(DEADLINE.toNanos());
                Thread.sleep(1);
            }
            // three extra checks, 200 ms apart, whatever the flood
            assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isGreaterThan(Duration.ofMillis(390));
            assertThat(recorder.status("A").state()).isEqualTo(ServerHealth.UP);

            server.close();
            await().atMost(DEADLINE).until(() -> {
                recorder.checks.onConnectFailure("web", "A");
                return recorder.status("A").state() == ServerHealth.DOWN;
            });
            recorder.checks.onConnectFailure("web", "nobody");
        }
    }

    @Test
    void connect_failures_take_an_unchecked_server_down_for_a_while() {
        try (Recorder recorder = new Recorder(10, Duration.ofSeconds(1))) {
            recorder.checks.apply(List.of(target("A", local(1), new HealthCheck.None())));
            for (int i = 0; i < 3; i++) {
                recorder.checks.onConnectFailure("web", "A");
            }
            recorder.awaitChanges(ServerHealth.UP, ServerHealth.DOWN, ServerHealth.UP);
            assertThat(recorder.changes.get(1).detail())
                    .isEqualTo("3 connections failed within 1s (type: none): next trial in 1s");
        }
    }

    @Test
    void hundreds_of_servers_that_time_out_delay_nobody() throws Exception {
        try (ServerSocket full = fullOnEveryAddress();
                RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\n\r\n");
                Recorder recorder = new Recorder()) {
            var never = new HealthCheck.Connect(0, timing(1000, 60_000));
            Stream<CheckTarget> stuck = IntStream.range(0, 300)
                    .mapToObj(i -> target("stuck" + i, loopback(i, full.getLocalPort()), never));
            recorder.checks.apply(
                    Stream.concat(stuck, Stream.of(target("A", server.address(), http(false, "/", null, null))))
                            .toList());
            await().atMost(DEADLINE).until(() -> server.requests.size() > 10);
            assertThat(recorder.status("stuck0").state()).isEqualTo(ServerHealth.CHECKING);
            assertThat(recorder.changes).hasSize(1);
        }
    }

    @Test
    void everybody_gets_a_turn_when_only_a_few_may_run_at_a_time() throws Exception {
        try (ServerSocket full = fullOnEveryAddress(); Recorder recorder = new Recorder(20, Duration.ofSeconds(1))) {
            var check = new HealthCheck.Connect(0, timing(100, 100));
            recorder.checks.apply(IntStream.range(0, 100)
                    .mapToObj(i -> target("stuck" + i, loopback(i, full.getLocalPort()), check)).toList());
            for (int i = 0; i < 100; i++) {
                CheckStatus status = recorder.awaitStatus("stuck" + i, now -> now.streak() >= 2);
                assertThat(status.state()).isEqualTo(ServerHealth.DOWN);
                assertThat(status.detail()).endsWith("no connection within 100ms");
            }
            await().atMost(DEADLINE).untilAsserted(() -> assertThat(recorder.changes).hasSize(100));
        }
    }

    @Test
    void five_hundred_checks_do_not_run_in_step() throws Exception {
        var connectedNs = new CopyOnWriteArrayList<Long>();
        try (ServerSocket server = new ServerSocket(0, 1000); Recorder recorder = new Recorder()) {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    while (true) {
                        server.accept().close();
                        connectedNs.add(System.nanoTime());
                    }
                } catch (java.io.IOException closed) {
                    // the test is over
                }
            });
            var check = new HealthCheck.Connect(0, HealthCheck.Connect.End.CLOSE, timing(1000, 5000));
            recorder.checks.apply(IntStream.range(0, 500)
                    .mapToObj(i -> target("server" + i, loopback(i, server.getLocalPort()), check)).toList());
            await().atMost(DEADLINE).until(() -> connectedNs.size() > 2500);
            long begin = connectedNs.getFirst();
            var perTenth = new int[10];
            connectedNs.forEach(at -> perTenth[(int) ((at - begin) / 100_000_000 % 10)]++);
            // in step: all of them in the same tenth of each second; even: a tenth of them; a machine that stands still
            // for a while puts those of that second together
            assertThat(IntStream.of(perTenth).max().orElseThrow()).isLessThan(connectedNs.size() * 6 / 10);
        }
    }

    @Tag("peer")
    @Test
    void nothing_is_told_or_left_running_after_close() throws Exception {
        try (BlackHole hole = new BlackHole(); Recorder recorder = new Recorder()) {
            var slow = new HealthCheck.Connect(0, timing(100, 60_000));
            recorder.checks.apply(List.of(target("A", hole.address(), slow),
                    target("B", new InetSocketAddress("127.0.0.1", 0), new HealthCheck.Ping(QUICK))));
            recorder.awaitState("B", ServerHealth.UP);
            recorder.checks.close();
            recorder.checks.close();
            int told = recorder.changes.size();
            recorder.checks.onConnectFailure("web", "A");
            await().atMost(DEADLINE).until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("health")));
            assertThat(recorder.changes).hasSize(told);
        }
    }

    @Test
    void checks_leave_no_descriptor_behind() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\n\r\nPASS");
                Recorder recorder = new Recorder()) {
            InetSocketAddress there = server.address();
            var timing = new HealthCheck.Timing(Duration.ofMillis(20), Duration.ofSeconds(5), 2, 3);
            InetSocketAddress nobody = local(ConnectCheckTest.refusingPort());
            recorder.checks.apply(List.of(
                    target("http", there,
                            new HealthCheck.Http(0, HealthCheck.Http.Request.get("/", null), "PASS",
                                    HealthCheck.Http.STANDARD_STATUS, null, timing)),
                    target("connect", there, new HealthCheck.Connect(0, timing)),
                    target("refused", nobody, new HealthCheck.Connect(0, timing)),
                    target("ping", there, new HealthCheck.Ping(timing)),
                    target("udp", nobody, new HealthCheck.Udp(0, Bytes.ofText("x"), null, true, timing)),
                    target("script", there, new HealthCheck.Script(List.of("true"), 0, timing)),
                    target("tls", there, http(true, "/", null, null))));
            List<String> names = List.of("http", "connect", "refused", "ping", "udp", "script");
            names.forEach(name -> recorder.awaitStatus(name, status -> status.streak() > 3));
            long before = descriptors();
            names.forEach(name -> recorder.awaitStatus(name, status -> status.streak() > 25));
            // those of the moment come and go, on a busy machine some time later; a leak would be hundreds
            await().atMost(DEADLINE).untilAsserted(() -> assertThat(descriptors()).isLessThan(before + 25));
        }
    }

    private static long descriptors() throws Exception {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    @Test
    void a_listener_that_throws_stops_no_check() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\n\r\n");
                var checks = new HealthChecks(change -> {
                    throw new IllegalStateException("on purpose");
                })) {
            checks.apply(List.of(target("A", server.address(), http(false, "/", null, null))));
            await().atMost(DEADLINE).until(() -> server.requests.size() > 3);
            assertThat(checks.status("web", "A").state()).isEqualTo(ServerHealth.UP);
        }
    }

    @Test
    void the_listener_may_apply_other_targets() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\n\r\n")) {
            var told = new CopyOnWriteArrayList<String>();
            var self = new HealthChecks[1];
            try (var checks = new HealthChecks(change -> {
                told.add(change.target().server());
                if (change.target().server().equals("A")) {
                    self[0].apply(List.of(target("B", server.address(), http(false, "/b", null, null))));
                }
            })) {
                self[0] = checks;
                checks.apply(List.of(target("A", server.address(), http(false, "/a", null, null))));
                await().atMost(DEADLINE).until(() -> told.contains("B"));
                assertThat(told).containsExactly("A", "B");
            }
        }
    }

    /** A different address of this host for each number, so that each is a server of its own. */
    private static InetSocketAddress loopback(int number, int port) {
        return new InetSocketAddress("127.1." + number / 200 + "." + (number % 200 + 1), port);
    }

    /** A listener whose queue is full, see {@link BlackHole}; closing it lets the queued connections go. */
    private static ServerSocket fullOnEveryAddress() throws Exception {
        var listener = new ServerSocket(0, 1);
        for (int i = 0; i < 10; i++) {
            var socket = new java.net.Socket();
            try {
                socket.connect(local(listener.getLocalPort()), 500);
            } catch (java.net.SocketTimeoutException full) {
                socket.close();
                return listener;
            }
        }
        throw new AssertionError("the queue of one takes ten connections");
    }
}
