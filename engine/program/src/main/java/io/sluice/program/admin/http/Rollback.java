package io.sluice.program.admin.http;

import io.sluice.control.api.Control;
import io.sluice.control.api.Event;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.ServerHealth;
import io.sluice.control.api.ServiceState;
import io.sluice.control.api.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the servers for a while after a commit; when one goes down that was up, or a service, the former
 * configuration comes back. A virtual thread watches.
 */
final class Rollback {
    private static final long LOOK_MS = 250;

    private final Control control;
    private @Nullable Thread watching;
    private @Nullable Instant until;
    private String last = "";

    /** Puts the former configuration back. */
    @FunctionalInterface
    interface Way {
        Outcome back();
    }

    Rollback(Control control) {
        this.control = control;
    }

    /** What is up, by name. */
    static Set<String> up(Status status) {
        Set<String> up = new HashSet<>();
        for (Status.ServiceStatus service : status.services()) {
            if (service.state() != ServiceState.DOWN) {
                up.add(service.name());
            }
            service.servers().stream().filter(server -> server.health() == ServerHealth.UP)
                    .forEach(server -> up.add(service.name() + "/" + server.name()));
        }
        return up;
    }

    /** @param before what was {@link #up} before the commit */
    synchronized void watch(Set<String> before, Duration grace, Way way) {
        confirm();
        until = Instant.now().plus(grace);
        last = "";
        watching = Thread.ofVirtual().name("admin-rollback").start(() -> look(before, way, System.nanoTime()
                + grace.toNanos()));
    }

    /** The commit stays, whatever happens from now on. */
    synchronized void confirm() {
        Thread thread = watching;
        if (thread != null) {
            thread.interrupt();
            over("confirmed");
        }
    }

    synchronized Map<String, Object> view() {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("pending", watching != null);
        view.put("until", String.valueOf(until == null ? "" : until));
        view.put("last", last);
        return view;
    }

    private void look(Set<String> before, Way way, long deadlineNs) {
        try {
            while (System.nanoTime() - deadlineNs < 0) {
                String lost = lost(before, control.status());
                if (!lost.isEmpty()) {
                    back(lost, way);
                    return;
                }
                Thread.sleep(LOOK_MS);
            }
            synchronized (this) {
                if (Thread.currentThread().equals(watching)) {
                    over("kept: nothing went down");
                }
            }
        } catch (InterruptedException confirmed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Not under the lock while it goes back: a commit holds its own lock when it comes here. */
    private void back(String lost, Way way) {
        synchronized (this) {
            if (!Thread.currentThread().equals(watching)) {
                return;
            }
            over("rolling back: " + lost + " went down after the commit");
        }
        String text = switch (way.back()) {
            case Outcome.Done _,Outcome.Planned _ -> "rolled back: " + lost + " went down after the commit";
            case Outcome.Refused refused -> "rollback failed: " + refused.message();
            case Outcome.Stale stale -> "rollback failed: " + stale.message();
            case Outcome.Invalid invalid -> "rollback failed: " + invalid.message();
        };
        synchronized (this) {
            if (watching == null) {
                over(text);
            }
        }
        control.note(Event.Kind.CONFIGURATION, "", text);
    }

    private void over(String how) {
        watching = null;
        until = null;
        last = how;
    }

    /** Empty: nothing is. Servers not checked yet are given their time; removed ones are meant to be gone. */
    private static String lost(Set<String> before, Status now) {
        for (Status.ServiceStatus service : now.services()) {
            for (Status.ServerStatus server : service.servers()) {
                String name = service.name() + "/" + server.name();
                if (server.health() == ServerHealth.DOWN && before.contains(name)) {
                    return name;
                }
            }
            boolean waits = service.servers().stream().anyMatch(server -> server.health() == ServerHealth.CHECKING);
            if (service.state() == ServiceState.DOWN && !waits && before.contains(service.name())) {
                return service.name();
            }
        }
        return "";
    }
}
