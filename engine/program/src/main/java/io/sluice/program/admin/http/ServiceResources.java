package io.sluice.program.admin.http;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Control;
import io.sluice.control.api.Control.ServerChange;
import io.sluice.control.api.Event;
import io.sluice.control.api.Outcome;
import io.sluice.program.admin.Wire;
import io.sluice.program.observe.DaemonReport;
import io.sluice.program.observe.ServerReport;
import io.sluice.program.observe.ServiceReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
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
    private final ConnectTimes connectTimes;
    private final Audit audit;

    ServiceResources(Control control, Snapshots snapshots, ConnectTimes connectTimes, Audit audit) {
        this.control = control;
        this.snapshots = snapshots;
        this.connectTimes = connectTimes;
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
        router.add("PATCH", SERVICE, Role.OPERATOR, this::patchAll);
        for (AdminState state : AdminState.values()) {
            ServerChange change = new ServerChange(state, false, null);
            router.add("POST", SERVER + "/" + state.word(), Role.OPERATOR, call -> change(call, change));
            router.add("POST", SERVICE + "/" + state.word(), Role.OPERATOR, call -> changeAll(call, change));
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

    private void service(ApiRequest call) throws IOException {
        ServiceReport service = snapshots.service(call.part("service"));
        call.answerTagged(Snapshots.version(service), Snapshots.json(service));
    }

    private void connectTimes(ApiRequest call) throws IOException {
        call.answer(200, connectTimes.view(snapshots.service(call.part("service")).name()));
    }

    /** What happened to its servers, and to it. */
    private void history(ApiRequest call) throws IOException {
        String name = snapshots.service(call.part("service")).name();
        List<Event> events = control.events(0).stream()
                .filter(event -> event.subject().equals(name) || event.subject().startsWith(name + "/")).toList();
        call.answer(200, events);
    }

    private void servers(ApiRequest call) throws IOException {
        call.answer(200,
                snapshots.service(call.part("service")).servers().stream().map(Snapshots::json).toList());
    }

    private void server(ApiRequest call) throws IOException {
        ServerReport server = snapshots.server(call.part("service"), call.part("server"));
        call.answerTagged(Snapshots.version(server), Snapshots.json(server));
    }

    private void patch(ApiRequest call) throws IOException {
        change(call, wanted(call));
    }

    private void patchAll(ApiRequest call) throws IOException {
        changeAll(call, wanted(call));
    }

    private static ServerChange wanted(ApiRequest call) throws IOException {
        JsonNode body = call.json("admin", "weight");
        AdminState state = body.has("admin") ? state(body.get("admin")) : null;
        Integer weight = null;
        if (body.has("weight") && !body.get("weight").isNull()) {
            JsonNode given = body.get("weight");
            if (!given.isInt() || given.intValue() < 0 || given.intValue() > 65_535) {
                throw new ApiError(400, "weight is " + given + ", want 0..65535, or null for the configured one");
            }
            weight = given.intValue();
        }
        if (body.isEmpty()) {
            throw new ApiError(400, "nothing to change: want admin or weight");
        }
        return new ServerChange(state, body.has("weight"), weight);
    }

    /** The version is compared where the change is made, so that nobody, the command line included, comes between. */
    private void change(ApiRequest call, ServerChange change) throws IOException {
        String service = call.part("service");
        String server = call.part("server");
        snapshots.server(service, server); // or says that there is none
        AtomicReference<@Nullable ApiError> stale = new AtomicReference<>();
        Outcome outcome = control.change(service, server, change, now -> {
            stale.set(call.mismatch(Snapshots.version(now)).orElse(null));
            return stale.get() == null;
        });
        ApiError refusal = stale.get();
        if (refusal != null) {
            throw refusal;
        }
        audit.require(call, service + "/" + server, words(change), outcome);
        server(call);
    }

    /** Every server of the service. */
    private void changeAll(ApiRequest call, ServerChange change) throws IOException {
        String service = call.part("service");
        call.requireMatch(Snapshots.version(snapshots.service(service)));
        AdminState state = change.admin();
        if (state != null) {
            audit.require(call, service, "every server: " + state.word(),
                    control.administer(service, Control.EVERY_SERVER, state));
        }
        if (change.weighs()) {
            audit.require(call, service, "every server: " + words(new ServerChange(null, true, change.weight())),
                    control.weight(service, Control.EVERY_SERVER, change.weight()));
        }
        service(call);
    }

    private static String words(ServerChange change) {
        List<String> words = new ArrayList<>();
        AdminState state = change.admin();
        if (state != null) {
            words.add(state.word());
        }
        if (change.weighs()) {
            words.add("weight " + (change.weight() == null ? "as configured" : change.weight()));
        }
        return String.join(", ", words);
    }

    private static AdminState state(JsonNode word) {
        return Arrays.stream(AdminState.values()).filter(state -> word.isString()
                && state.word().equals(word.stringValue())).findFirst()
                .orElseThrow(() -> new ApiError(400, "admin is " + word + ", want one of "
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
