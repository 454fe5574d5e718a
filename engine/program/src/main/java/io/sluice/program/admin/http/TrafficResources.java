package io.sluice.program.admin.http;

import io.sluice.control.api.Command;
import io.sluice.control.api.Control;
import io.sluice.control.api.Control.UnknownName;
import io.sluice.control.api.Question;
import io.sluice.control.api.Role;
import io.sluice.program.observe.AffinityReport;
import io.sluice.program.observe.Connections;
import io.sluice.program.observe.Known;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.Prefix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Clients: their connections, their affinity, and which server they get. Any thread. */
final class TrafficResources {
    private static final int STANDARD_LIMIT = 100;
    private static final int MOST = 10_000;

    private final Control control;
    private final Path stateDirectory;

    TrafficResources(Control control, Path stateDirectory) {
        this.control = control;
        this.stateDirectory = stateDirectory;
    }

    void addTo(Router router) {
        router.add("GET", "/api/v1/connections", Role.VIEWER,
                listing(Operation.of("Live connections and sessions").answers("Connections")), this::connections);
        router.add("DELETE", "/api/v1/connections/{id}", CommandResources.role(Command.Kick.class),
                Operation.of("End a connection").answers("Done").refuses(400, 409), this::end);
        router.add("GET", "/api/v1/affinity", Role.VIEWER,
                listing(Operation.of("Affinity entries").answers("Affinity")), this::affinity);
        router.add("GET", "/api/v1/explain", Role.VIEWER,
                Operation.of("Which server a client gets or has, and why")
                        .requiredQuery("client", "string", "Address of the client")
                        .requiredQuery("service", "string", "Virtual service")
                        .query("port", "integer", "Port of the client").answers("Explanation").refuses(400, 404),
                this::explain);
    }

    private static Operation listing(Operation operation) {
        return operation.query("service", "string", "Only of this virtual service")
                .query("server", "string", "Only of this real server")
                .query("client", "string", "Only of this address or network").query("sort", "string", "Order")
                .query("limit", "integer", "At most so many, 1..10000").refuses(400);
    }

    private void connections(ApiRequest call) throws IOException {
        Connections found = Connections.read(stateDirectory, new Known(control.status()),
                new Connections.Query(call.parameter("service"), call.parameter("server"), network(call),
                        order(Connections.Order.class, call, Connections.Order.AGE), limit(call)));
        call.answer(200, Map.of("matching", found.matching(), "connections", found.shown()));
    }

    private void affinity(ApiRequest call) throws IOException {
        AffinityReport.Found found = AffinityReport.read(stateDirectory, new Known(control.status()),
                new AffinityReport.Query(call.parameter("service"), call.parameter("server"), network(call),
                        order(AffinityReport.Order.class, call, AffinityReport.Order.AGE), limit(call)));
        call.answer(200, Map.of("matching", found.matching(), "entries", found.shown(), "capacity",
                found.capacity()));
    }

    private void explain(ApiRequest call) throws IOException {
        String client = call.required("client");
        address(client); // or says that it is none
        int port = (int) call.number("port", 0, 0, 65_535);
        try {
            call.answer(200, control.ask(new Question.Explained(client, port, call.required("service"))));
        } catch (UnknownName unknown) {
            throw new ApiError(404, unknown.text());
        }
    }

    private void end(ApiRequest call) throws IOException {
        long id;
        try {
            id = Long.parseLong(call.part("id"));
        } catch (NumberFormatException e) {
            throw new ApiError(400, "'" + call.part("id") + "' is no id of a connection");
        }
        if (id == 0) {
            throw new ApiError(400, "0 is no id of a connection");
        }
        call.answer(control.tell(new Command.Kick(null, null, null, id), call.caller()));
    }

    private static int limit(ApiRequest call) {
        return (int) call.number("limit", STANDARD_LIMIT, 1, MOST);
    }

    private static <E extends Enum<E>> E order(Class<E> orders, ApiRequest call, E standard) {
        String word = call.parameter("sort");
        try {
            return word == null ? standard : Enum.valueOf(orders, word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ApiError(400, "cannot sort by '" + word + "'; want one of "
                    + java.util.Arrays.toString(orders.getEnumConstants()).toLowerCase(Locale.ROOT));
        }
    }

    private static @Nullable Prefix network(ApiRequest call) {
        String text = call.parameter("client");
        if (text == null) {
            return null;
        }
        int slash = text.indexOf('/');
        Ip address = address(slash < 0 ? text : text.substring(0, slash));
        try {
            return slash < 0 ? Prefix.of(address) : new Prefix(address, Integer.parseInt(text.substring(slash + 1)));
        } catch (IllegalArgumentException e) {
            throw new ApiError(400, "'" + text + "' is no network like 192.0.2.0/24");
        }
    }

    private static Ip address(String text) {
        return Ip.find(text).orElseThrow(() -> new ApiError(400,
                "'" + text + "' is not an IP address; write it like 192.0.2.7 or 2001:db8::7"));
    }
}
