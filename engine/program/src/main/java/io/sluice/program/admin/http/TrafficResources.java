package io.sluice.program.admin.http;

import io.sluice.control.api.Control;
import io.sluice.control.api.Control.KickFilter;
import io.sluice.control.api.Control.UnknownName;
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
import tools.jackson.databind.JsonNode;

/** Clients: their connections, their affinity, and which server they get. Any thread. */
final class TrafficResources {
    private static final int STANDARD_LIMIT = 100;
    private static final int MOST = 10_000;

    private final Control control;
    private final Audit audit;
    private final Path stateDirectory;

    TrafficResources(Control control, Audit audit, Path stateDirectory) {
        this.control = control;
        this.audit = audit;
        this.stateDirectory = stateDirectory;
    }

    void addTo(Router router) {
        router.add("GET", "/api/v1/connections", Role.VIEWER, this::connections);
        router.add("DELETE", "/api/v1/connections/{id}", Role.OPERATOR, this::end);
        router.add("POST", "/api/v1/connections/kick", Role.OPERATOR, this::kick);
        router.add("GET", "/api/v1/affinity", Role.VIEWER, this::affinity);
        router.add("GET", "/api/v1/explain", Role.VIEWER, this::explain);
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
        Ip client = address(call.required("client"));
        int port = (int) call.number("port", 0, 0, 65_535);
        try {
            call.answer(200, control.explain(client, port, call.required("service")));
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
        audit.answer(call, "", "end connection " + id, control.kick(new KickFilter(null, null, null, id)));
    }

    private void kick(ApiRequest call) throws IOException {
        JsonNode body = call.json("service", "server", "client");
        String service = text(body, "service");
        String server = text(body, "server");
        String client = text(body, "client");
        if (service == null && client == null) {
            throw new ApiError(400, "want a service or a client: this would end every connection there is");
        }
        audit.answer(call, service == null ? "" : service, "kick " + body, control.kick(
                new KickFilter(service, server, client == null ? null : address(client), 0)));
    }

    private static @Nullable String text(JsonNode body, String field) {
        JsonNode value = body.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw new ApiError(400, field + " is " + value + ", want a text");
        }
        return value.stringValue();
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
