package io.sluice.program.admin.http;

import io.sluice.control.api.Control;
import io.sluice.control.api.Event;
import io.sluice.control.api.Role;
import io.sluice.program.admin.Wire;
import io.sluice.program.observe.DaemonReport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import tools.jackson.databind.node.ObjectNode;

/**
 * The status as server-sent events: everything first, then each second the services that have changed. One virtual
 * thread per page that looks.
 */
final class StatusStream {
    private static final int MOST = 100;
    private static final long EVERY_MS = 1_000;

    private final Control control;
    private final Snapshots snapshots;
    private final Authenticator guard;
    private final Semaphore places = new Semaphore(MOST);

    StatusStream(Control control, Snapshots snapshots, Authenticator guard) {
        this.control = control;
        this.snapshots = snapshots;
        this.guard = guard;
    }

    void addTo(Router router) {
        router.add("GET", "/api/v1/stream", Role.VIEWER,
                Operation.of("Server-sent events: status, then change each second with the"
                        + " services that changed, events, over").answers("text/event-stream", OpenApi.type("string")),
                this::serve);
    }

    private void serve(ApiRequest call) throws IOException {
        if (!places.tryAcquire()) {
            throw new ApiError(503, "too many streams are open");
        }
        try {
            call.answerHeader("Content-Type", "text/event-stream");
            stream(call, call.exchange().stream(200));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }

    private void stream(ApiRequest call, OutputStream out) throws IOException, InterruptedException {
        Map<String, ObjectNode> sent = Map.of();
        List<Event> known = control.events(0);
        long seen = known.isEmpty() ? 0 : known.getLast().sequence();
        boolean first = true;
        while (call.identity().session() == null || guard.identify(call.exchange()).role() != null) {
            DaemonReport report = snapshots.read();
            Map<String, ObjectNode> now = ServiceResources.forStream(report);
            Map<String, Object> message = new LinkedHashMap<>();
            message.put("time", java.time.Instant.now());
            message.put("version", report.version());
            message.put("configuration", report.configuration());
            message.put("pair", report.pair());
            message.put("durableCopy", report.durableCopy());
            message.put("workerFaults", report.workerFaults());
            if (first || !now.keySet().equals(sent.keySet())) {
                message.put("services", now.values());
                send(out, "status", message);
            } else {
                List<ObjectNode> changed = new ArrayList<>();
                for (var entry : now.entrySet()) {
                    if (!entry.getValue().equals(sent.get(entry.getKey()))) {
                        changed.add(entry.getValue());
                    }
                }
                message.put("services", changed);
                send(out, "change", message);
            }
            List<Event> events = control.events(seen);
            if (!events.isEmpty()) {
                seen = events.getLast().sequence();
                send(out, "events", events);
            }
            sent = now;
            first = false;
            Thread.sleep(EVERY_MS);
        }
        send(out, "over", Map.of("reason", "the session has ended"));
    }

    private static void send(OutputStream out, String event, Object data) throws IOException {
        out.write(("event: " + event + "\ndata: " + Wire.json().writeValueAsString(data) + "\n\n")
                .getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
