package io.sluice.program.admin.http;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Command;
import io.sluice.control.api.Control;
import io.sluice.control.api.Event;
import io.sluice.control.api.Role;
import io.sluice.program.admin.Wire;
import io.sluice.program.observe.DaemonReport;
import io.sluice.program.observe.ServerReport;
import io.sluice.program.observe.ServiceReport;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

    ServiceResources(Control control, Snapshots snapshots, ConnectTimes connectTimes) {
        this.control = control;
        this.snapshots = snapshots;
        this.connectTimes = connectTimes;
    }

    void addTo(Router router) {
        router.add("GET", "/api/v1/status", Role.VIEWER,
                Operation.of("Everything, as sluice status -o json").answers("Status"),
                call -> call.answer(200, status()));
        router.add("GET", "/api/v1/services", Role.VIEWER, Operation.of("Virtual services").answersList("Service"),
                call -> call.answer(200, services()));
        router.add("GET", SERVICE, Role.VIEWER,
                Operation.of("A virtual service").answers("Service").tagged().refuses(404), this::service);
        router.add("GET", SERVICE + "/connect-times", Role.VIEWER,
                Operation.of("How long connects to its servers took").answers("ConnectTimes").refuses(404),
                this::connectTimes);
        router.add("GET", SERVICE + "/history", Role.VIEWER,
                Operation.of("What happened to it and its servers").answersList("Event").refuses(404), this::history);
        router.add("GET", SERVICE + "/servers", Role.VIEWER,
                Operation.of("Its real servers").answersList("Server").refuses(404), this::servers);
        router.add("GET", SERVER, Role.VIEWER, Operation.of("A real server").answers("Server").tagged().refuses(404),
                this::server);
        Role mayChange = CommandResources.role(Command.Change.class);
        router.add("PATCH", SERVER, mayChange, takingPatch(changing("Server",
                "Change its administrative state or weight")), call -> change(call, wanted(call)));
        router.add("PATCH", SERVICE, mayChange, takingPatch(changing("Service",
                "Change the administrative state or weight of every server")), call -> changeAll(call, wanted(call)));
        for (AdminState state : AdminState.values()) {
            Wanted wanted = new Wanted(state, false, null);
            router.add("POST", SERVER + "/" + state.word(), mayChange, changing("Server", meaning(state)),
                    call -> change(call, wanted));
            router.add("POST", SERVICE + "/" + state.word(), mayChange,
                    changing("Service", meaningForAll(state)).refuses(400), call -> changeAll(call, wanted));
        }
    }

    private static Operation changing(String answer, String summary) {
        return Operation.of(summary).ifMatch(false).answers(answer).tagged().refuses(404, 409);
    }

    private static Operation takingPatch(Operation operation) {
        return operation.takes("ServerPatch", OpenApi.schema(Command.Change.class, "admin", "weight")).refuses(400);
    }

    private static String meaning(AdminState state) {
        return switch (state) {
            case ONLINE -> "Undo drain and halt";
            case DRAIN -> "No new clients; those with affinity and established connections live on";
            case HALT -> "No clients; established connections are closed";
        };
    }

    private static String meaningForAll(AdminState state) {
        return switch (state) {
            case ONLINE -> "Put every server back online";
            case DRAIN -> "Give no server new clients";
            case HALT -> "Take every server out at once";
        };
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

    /**
     * What is to become of a server.
     *
     * @param admin null: as it is
     * @param weighs whether its weight changes
     * @param weight null: back to the configured one
     */
    private record Wanted(@Nullable AdminState admin, boolean weighs, @Nullable Integer weight) {
    }

    private static Wanted wanted(ApiRequest call) throws IOException {
        JsonNode body = call.json("admin", "weight");
        AdminState state = body.has("admin") ? state(body.get("admin")) : null;
        Integer weight = null;
        if (body.has("weight") && !body.get("weight").isNull()) {
            JsonNode given = body.get("weight");
            if (!given.isInt() || given.intValue() < 0 || given.intValue() > Command.MOST_WEIGHT) {
                throw new ApiError(400, "weight is " + given + ", want 0..65535, or null for the configured one");
            }
            weight = given.intValue();
        }
        if (body.isEmpty()) {
            throw new ApiError(400, "nothing to change: want admin or weight");
        }
        return new Wanted(state, body.has("weight"), weight);
    }

    /** The version is compared where the change is made, so that nobody, the command line included, comes between. */
    private void change(ApiRequest call, Wanted wanted) throws IOException {
        String service = call.part("service");
        String server = call.part("server");
        snapshots.server(service, server); // or says that there is none
        tell(call, new Command.Change(service, server, wanted.admin(), wanted.weighs(), wanted.weight(), call.seen()));
        server(call);
    }

    /** Every server of the service. */
    private void changeAll(ApiRequest call, Wanted wanted) throws IOException {
        String service = call.part("service");
        call.requireMatch(Snapshots.version(snapshots.service(service)));
        AdminState state = wanted.admin();
        if (state != null) {
            tell(call, new Command.Administer(service, Command.EVERY_SERVER, state));
        }
        if (wanted.weighs()) {
            tell(call, new Command.Weight(service, Command.EVERY_SERVER, wanted.weight()));
        }
        service(call);
    }

    private void tell(ApiRequest call, Command command) {
        ApiRequest.require(control.tell(command, call.caller()));
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
