package io.sluice.engine.admin.http;

import io.sluice.engine.admin.Wire;
import io.sluice.engine.conductor.AdminState;
import io.sluice.engine.conductor.Control;
import io.sluice.engine.conductor.Event;
import io.sluice.engine.observe.DaemonReport;
import io.sluice.engine.observe.ServerReport;
import io.sluice.engine.observe.ServiceReport;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Virtual services and their real servers: shown, drained, halted, put online, weighed. Any thread. */
final class ServiceResources {
    private static final String SERVICE = "/api/v1/services/{service}";
    private static final String SERVER = SERVICE + "/servers/{server}";

    private final Control control;
    private final Snapshots snapshots;
    private final Audit audit;
    /** Between looking at a version and changing it. */
    private final ReentrantLock changing = new ReentrantLock();

    ServiceResources(Control control, Snapshots snapshots, Audit audit) {
        this.control = control;
        this.snapshots = snapshots;
        this.audit = audit;
    }

    void addTo(Router router) {
        router.add("GET", "/api/v1/status", Role.VIEWER, call -> call.answer(200, status()));
        router.add("GET", "/api/v1/services", Role.VIEWER, call -> call.answer(200, services()));
        router.add("GET", SERVICE, Role.VIEWER, this::service);
        router.add("GET", SERVICE + "/connect-times", Role.VIEWER, this::connectTimes);
        router.add("GET", SERVICE + "/history", Role.VIEWER, this::history);
        router.add("GET", SERVICE + "/servers", Role.VIEWER, this::servers);
        router.add("GET", SERVER, Role.VIEWER, this::server);
        router.add("PATCH", SERVER, Role.OPERATOR, this::patch);
        for (AdminState state : AdminState.values()) {
            router.add("POST", SERVER + "/" + state.word(), Role.OPERATOR, call -> administer(call, state));
        }
    }

    private ObjectNode status() throws IOException {
        DaemonReport report = snapshots.read();
        ObjectNode node = Wire.json().valueToTree(report);
        ArrayNode services = node.putArray("services");
        report.services().forEach(service -> services.add(Snapshots.json(service)));
        return node;
    }

    private List<ObjectNode> services() throws IOException {
        return snapshots.read().services().stream().map(Snapshots::json).toList();
    }

    private void service(Call call) throws IOException {
        ServiceReport service = snapshots.service(call.part("service"));
        call.answerTagged(Snapshots.version(service), Snapshots.json(service));
    }

    private void connectTimes(Call call) throws IOException {
        call.answer(200, snapshots.connectTimes(snapshots.service(call.part("service")).name()));
    }

    /** What happened to its servers, and to it. */
    private void history(Call call) throws IOException {
        String name = snapshots.service(call.part("service")).name();
        List<Event> events = control.events(0).stream()
                .filter(event -> event.subject().equals(name) || event.subject().startsWith(name + "/")).toList();
        call.answer(200, events);
    }

    private void servers(Call call) throws IOException {
        call.answer(200,
                snapshots.service(call.part("service")).servers().stream().map(Snapshots::json).toList());
    }

    private void server(Call call) throws IOException {
        ServerReport server = snapshots.server(call.part("service"), call.part("server"));
        call.answerTagged(Snapshots.version(server), Snapshots.json(server));
    }

    private void administer(Call call, AdminState state) throws IOException {
        change(call, state, false, null);
    }

    private void patch(Call call) throws IOException {
        JsonNode body = call.json("admin", "weight");
        AdminState state = body.has("admin") ? state(body.get("admin")) : null;
        Integer weight = null;
        if (body.has("weight") && !body.get("weight").isNull()) {
            JsonNode given = body.get("weight");
            if (!given.isInt() || given.intValue() < 0 || given.intValue() > 65_535) {
                throw new Refusal(400, "weight is " + given + ", want 0..65535, or null for the configured one");
            }
            weight = given.intValue();
        }
        if (body.isEmpty()) {
            throw new Refusal(400, "nothing to change: want admin or weight");
        }
        change(call, state, body.has("weight"), weight);
    }

    private void change(Call call, @Nullable AdminState state, boolean weigh, @Nullable Integer weight)
            throws IOException {
        String service = call.part("service");
        String server = call.part("server");
        String subject = service + "/" + server;
        changing.lock();
        try {
            call.requireMatch(Snapshots.version(snapshots.server(service, server)));
            if (state != null) {
                audit.require(call, subject, state.word(), control.administer(service, server, state));
            }
            if (weigh) {
                audit.require(call, subject, "weight " + (weight == null ? "as configured" : weight),
                        control.weight(service, server, weight));
            }
        } finally {
            changing.unlock();
        }
        server(call);
    }

    private static AdminState state(JsonNode word) {
        return Arrays.stream(AdminState.values()).filter(state -> word.isString()
                && state.word().equals(word.stringValue())).findFirst()
                .orElseThrow(() -> new Refusal(400, "admin is " + word + ", want one of "
                        + Arrays.stream(AdminState.values()).map(AdminState::word).collect(Collectors.joining(", "))));
    }

    /** For the stream: everything of a service but what changes without anything having happened. */
    static Map<String, ObjectNode> forStream(DaemonReport report) {
        Map<String, ObjectNode> services = new java.util.LinkedHashMap<>();
        report.services().forEach(service -> {
            ObjectNode node = Snapshots.json(service);
            node.get("servers").forEach(server -> {
                if (server.get("check") instanceof ObjectNode check) {
                    check.remove("last");
                }
            });
            services.put(service.name(), node);
        });
        return services;
    }
}
