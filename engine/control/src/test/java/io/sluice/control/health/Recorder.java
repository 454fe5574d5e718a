package io.sluice.control.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.ServerHealth;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.IntRange;
import io.sluice.control.config.model.ProxyProtocol;
import io.sluice.ringbuffers.ip.Endpoint;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Checks under test, with everything the listener was told. */
final class Recorder implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(60);
    static final HealthCheck.Timing QUICK = timing(100, 5000);

    final List<StateChange> changes = new CopyOnWriteArrayList<>();
    final HealthChecks checks;

    Recorder() {
        checks = new HealthChecks(changes::add);
    }

    Recorder(int atATime, Duration passiveWindow) {
        checks = new HealthChecks(changes::add, atATime, passiveWindow);
    }

    static HealthCheck.Timing timing(int intervalMs, int timeoutMs) {
        return new HealthCheck.Timing(Duration.ofMillis(intervalMs), Duration.ofMillis(timeoutMs), 2, 3);
    }

    static CheckTarget target(String server, InetSocketAddress address, HealthCheck check) {
        return new CheckTarget("web", server, Endpoint.of(address), check, null, ProxyProtocol.Send.NONE);
    }

    static InetSocketAddress local(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }

    static HealthCheck.Http http(boolean tls, String path, @Nullable String host, @Nullable String expect) {
        return new HealthCheck.Http(0, HealthCheck.Http.Request.get(path, host), expect,
                HealthCheck.Http.STANDARD_STATUS, tls ? new HealthCheck.Secured(false, null, false) : null, QUICK);
    }

    static HealthCheck.Http expectingStatus(String path, IntRange... ranges) {
        return new HealthCheck.Http(0, HealthCheck.Http.Request.get(path, null), null,
                List.of(ranges), null, QUICK);
    }

    CheckStatus status(String server) {
        CheckStatus status = checks.status("web", server);
        assertThat(status).as("status of " + server).isNotNull();
        return status;
    }

    /** Waits for a status; the failure message shows the last one. */
    CheckStatus awaitStatus(String server, Predicate<CheckStatus> wanted) {
        return await().atMost(DEADLINE).pollInterval(Duration.ofMillis(20)).until(() -> status(server), wanted::test);
    }

    CheckStatus awaitState(String server, ServerHealth state) {
        return awaitStatus(server, status -> status.state() == state);
    }

    /** Waits until the listener was told of these, in this order, and of nothing else: that follows the status. */
    void awaitChanges(ServerHealth... states) {
        await().atMost(DEADLINE).untilAsserted(
                () -> assertThat(changes).extracting(StateChange::to).containsExactly(states));
    }

    /**
     * Checks until one of them ends this way: on a busy machine a check of a short timeout may not come as far as it
     * should.
     */
    static CheckStatus failing(InetSocketAddress address, HealthCheck check, String detail) {
        try (Recorder recorder = new Recorder()) {
            recorder.checks.apply(List.of(target("one", address, check)));
            return recorder.awaitStatus("one",
                    status -> status.state() == ServerHealth.DOWN && status.detail().endsWith(detail));
        }
    }

    /** Checks until there is a decision, or the certainty that there is none, and says what the last check found. */
    static CheckStatus once(InetSocketAddress address, HealthCheck check) {
        return once(target("one", address, check));
    }

    static CheckStatus once(CheckTarget target) {
        try (Recorder recorder = new Recorder()) {
            recorder.checks.apply(List.of(target));
            return recorder.awaitStatus(target.server(),
                    status -> status.state() != ServerHealth.CHECKING || status.streak() > 2);
        }
    }

    @Override
    public void close() {
        checks.close();
    }
}
