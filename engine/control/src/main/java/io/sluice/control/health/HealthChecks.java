package io.sluice.control.health;

import io.sluice.control.api.ServerHealth;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.ProxyProtocol;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Checks every real server it is given and tells the listener of each change. State and timers belong to the
 * {@code health} thread; the methods here may be called from any other.
 */
public final class HealthChecks implements AutoCloseable {
    /** Probes under way at a time: enough for thousands of servers, far below the usual limit of descriptors. */
    public static final int STANDARD_AT_A_TIME = 1024;
    /** Checks that begin together begin this far apart, as long as an interval has room for all. */
    private static final long SPREAD_NS = TimeUnit.MILLISECONDS.toNanos(2);

    private final HealthListener listener;
    private final ScheduledThreadPoolExecutor health;
    private final ProbeRunner runner;
    private final Pinger pinger = new Pinger();
    private final Duration passiveWindow;
    private final Map<Id, Watched> watched = new ConcurrentHashMap<>();
    private final Map<Question, Check> checks = new HashMap<>();
    private final Set<String> reasonsWarnedOf = new HashSet<>();
    private volatile @Nullable Thread thread;

    /** What identifies a target. */
    private record Id(String service, String server) {
    }

    /** What is asked of whom; {@code name} only where the answer depends on it, as a script's may. */
    private record Question(Endpoint to, HealthCheck check, @Nullable Ip source,
            ProxyProtocol.Send proxyHeader, @Nullable Endpoint datagrams, String name) {
        static Question of(CheckTarget target) {
            return new Question(target.probeAddress(), target.check(), target.source(), target.proxyHeader(),
                    target.datagrams(), target.check() instanceof HealthCheck.Script ? target.name() : "");
        }
    }

    public HealthChecks(HealthListener listener) {
        this(listener, STANDARD_AT_A_TIME, PassiveCheck.WINDOW);
    }

    HealthChecks(HealthListener listener, int atATime, Duration passiveWindow) {
        this.listener = listener;
        this.passiveWindow = passiveWindow;
        health = new ScheduledThreadPoolExecutor(1, task -> {
            Thread created = Thread.ofPlatform().name("health").daemon().unstarted(task);
            thread = created;
            return created;
        });
        health.setRemoveOnCancelPolicy(true);
        health.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        runner = new ProbeRunner(health, atATime);
    }

    /**
     * Makes these the targets. A target that stays as it was keeps its state, history and timers. One whose check alone
     * changed keeps state and history, and the new check runs at once. One whose address changed is a new server. Every
     * target begins as CHECKING and the listener hears of every departure from that, first of all for those without a
     * check, which are up; of removed ones it hears nothing.
     * Returns when {@link #status} knows them all.
     *
     * @throws IllegalArgumentException two targets have the same service and server name
     */
    public void apply(List<CheckTarget> targets) {
        var wanted = new LinkedHashMap<Id, CheckTarget>();
        for (CheckTarget target : targets) {
            if (wanted.put(id(target), target) != null) {
                throw new IllegalArgumentException("two targets are called " + target.name());
            }
        }
        if (Thread.currentThread().equals(thread)) { // from the listener
            replace(wanted);
            return;
        }
        try {
            Future<?> replaced = health.submit(() -> replace(wanted));
            while (!replaced.isDone() && !health.isShutdown()) { // what is queued at a shutdown never runs
                try {
                    replaced.get(1, TimeUnit.SECONDS);
                } catch (TimeoutException busy) {
                    // the listener takes its time
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("health checks could not be applied", failed.getCause());
        }
    }

    /** State and last outcome; null for a server that is no target. */
    public @Nullable CheckStatus status(String service, String server) {
        Watched one = watched.get(new Id(service, server));
        return one == null ? null : one.check().status();
    }

    /** The latest changes of a server, newest first; empty for one that is no target. */
    public List<StateChange> changes(String service, String server) {
        Watched one = watched.get(new Id(service, server));
        return one == null ? List.of() : one.changes();
    }

    /**
     * The data plane could not connect to this server: it is checked again at once, at most five times a second however
     * often this is called. Takes nothing down by itself, except where the check's type is none; but where clients'
     * datagrams were refused, a check that asks something else asks their port as well.
     */
    public void onConnectFailure(String service, String server) {
        Watched one = watched.get(new Id(service, server));
        if (one != null) {
            try {
                one.check().connectFailed();
            } catch (RejectedExecutionException closed) {
                // no more checks
            }
        }
    }

    /** Stops all checks and ends those under way; the listener hears nothing more. */
    @Override
    public void close() {
        health.shutdownNow();
        runner.close();
        pinger.close();
        try {
            // the listener may be on the thread right now
            health.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void replace(Map<Id, CheckTarget> wanted) {
        watched.entrySet().removeIf(entry -> {
            CheckTarget stays = wanted.get(entry.getKey());
            boolean goes = stays == null || !stays.address().equals(entry.getValue().target().address());
            if (goes) {
                leave(entry.getValue());
            }
            return goes;
        });
        var begun = new LinkedHashMap<Check, Duration>();
        wanted.forEach((id, target) -> {
            Watched known = watched.get(id);
            if (known == null) {
                Check check = checkFor(target, unknown(), begun);
                Watched added = new Watched(target, check, listener);
                watched.put(id, added);
                check.join(added);
            } else if (!Question.of(known.target()).equals(Question.of(target))) {
                CheckStatus before = known.check().status();
                leave(known);
                Check check = checkFor(target, before, begun);
                known.move(target, check);
                check.join(known);
            }
        });
        long number = 0;
        for (var entry : begun.entrySet()) {
            long apartNs = Math.min(SPREAD_NS, entry.getValue().toNanos() / begun.size());
            entry.getKey().begin(number++ * apartNs);
        }
    }

    private static CheckStatus unknown() {
        return new CheckStatus(ServerHealth.CHECKING, null, false, "not checked yet", 0, 0, Instant.now(), null);
    }

    /** The check that asks this, or a new one that knows what is known. */
    private Check checkFor(CheckTarget target, CheckStatus known, Map<Check, Duration> begun) {
        return checks.computeIfAbsent(Question.of(target), question -> {
            HealthCheck.Timing timing = target.check().timing();
            Probe probe = probe(target);
            Check check = probe == null
                    ? new PassiveCheck(timing, passiveWindow, health)
                    : new ActiveCheck(probe, timing, runner, health, reasonsWarnedOf,
                            target.check() instanceof HealthCheck.Agent ? known : known.withoutAgent());
            begun.put(check, timing.interval());
            return check;
        });
    }

    private void leave(Watched gone) {
        if (gone.check().leave(gone)) {
            gone.check().end();
            checks.remove(Question.of(gone.target()));
        }
    }

    private @Nullable Probe probe(CheckTarget target) {
        Probe configured = configured(target);
        Endpoint datagrams = target.datagrams();
        return configured == null || datagrams == null
                ? configured
                : new RefusedPort(configured, datagrams, target.source(), target.check().timing().rise());
    }

    private @Nullable Probe configured(CheckTarget target) {
        Endpoint to = target.probeAddress();
        var socket = new ProbeSocket(to, target.source(), target.proxyHeader());
        return switch (target.check()) {
            case HealthCheck.Connect connect -> new ConnectProbe(socket, connect.end());
            case HealthCheck.Ping _ -> new PingProbe(pinger, to.address(), target.source());
            case HealthCheck.Http http -> new HttpProbe(http, socket);
            case HealthCheck.Tcp tcp -> DialogueProbe.of(tcp, socket);
            case HealthCheck.Preset preset -> DialogueProbe.of(preset, socket);
            case HealthCheck.Tls tls -> new TlsProbe(tls, socket);
            case HealthCheck.Agent agent -> new AgentProbe(agent, socket);
            case HealthCheck.Udp udp -> new UdpProbe(udp, to, target.source());
            case HealthCheck.Script script -> new ScriptProbe(script, target);
            case HealthCheck.None _ -> null;
        };
    }

    private static Id id(CheckTarget target) {
        return new Id(target.service(), target.server());
    }
}
