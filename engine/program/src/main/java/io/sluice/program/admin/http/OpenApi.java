package io.sluice.program.admin.http;

import io.sluice.control.api.Role;
import io.sluice.control.api.Verb;
import io.sluice.program.admin.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The description of the API (OpenAPI 3.1), made from the routes that serve it and the records they take; the schemas
 * of what they answer stand in {@code schemas.json}. Any thread.
 */
final class OpenApi {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String SCHEMAS = "/components/schemas/";
    private static final Map<String, String> PARTS = Map.of("service", "Name of the virtual service", "server",
            "Name of the real server", "id", "Id of the connection", "user", "Name of the user");
    private static final Map<Integer, String> REFUSALS = Map.ofEntries(
            Map.entry(400, "The request is not understood"),
            Map.entry(401, "Not logged in"),
            Map.entry(403, "The role does not allow it, or the CSRF token is missing"),
            Map.entry(404, "No such thing"),
            Map.entry(409, "Refused"),
            Map.entry(412, "It has changed since you read it"),
            Map.entry(413, "The body is too large"),
            Map.entry(415, "Another content type is needed"),
            Map.entry(422, "The configuration has problems"),
            Map.entry(428, "If-Match is missing"),
            Map.entry(429, "Too many failed logins"),
            Map.entry(503, "Others are using what is bounded"));

    private OpenApi() {
    }

    /** Of every route that has an {@link Operation}. */
    static ObjectNode of(List<Router.Route> routes) {
        ObjectNode api = NODES.objectNode().put("openapi", "3.1.0");
        api.putObject("info").put("title", "Sluice admin API").put("version", "1").put("description",
                "Changes with a session need the header X-CSRF-Token; with HTTP Basic they do not.");
        api.putArray("servers").addObject().put("url", "/");
        ArrayNode security = api.putArray("security");
        security.addObject().putArray("session");
        security.addObject().putArray("basic");
        ObjectNode paths = api.putObject("paths");
        ObjectNode components = components();
        api.set("components", components);
        for (Router.Route route : routes) {
            Operation operation = route.operation();
            if (operation != null) {
                paths.withObjectProperty(route.template()).set(route.method().toLowerCase(Locale.ROOT),
                        described(route, operation));
                operation.schemas().forEach(components.withObjectProperty("schemas")::set);
            }
        }
        return api;
    }

    private static ObjectNode components() {
        try (var in = OpenApi.class.getResourceAsStream("schemas.json")) {
            if (in == null) {
                throw new IllegalStateException("schemas.json is not in this build");
            }
            return (ObjectNode) Wire.json().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode described(Router.Route route, Operation operation) {
        ObjectNode described = NODES.objectNode().put("summary", operation.summary());
        ArrayNode parameters = NODES.arrayNode();
        route.parts().stream().filter(part -> part.startsWith("{")).map(part -> part.substring(1, part.length() - 1))
                .forEach(part -> parameters
                        .add(parameter("path", part, true, "string", PARTS.getOrDefault(part, part))));
        parameters.addAll(operation.parameters());
        if (!parameters.isEmpty()) {
            described.set("parameters", parameters);
        }
        if (operation.body() != null) {
            described.set("requestBody", operation.body());
        }
        ObjectNode responses = described.putObject("responses");
        operation.answers().forEach((status, answer) -> responses.set(status.toString(), answer));
        refusals(route.role(), operation).forEach(status -> responses.set(status.toString(), refusal(status)));
        if (route.role() == null) {
            described.putArray("security");
        } else {
            described.put("x-role", route.role().word());
        }
        return described;
    }

    private static TreeSet<Integer> refusals(@Nullable Role role, Operation operation) {
        TreeSet<Integer> refusals = new TreeSet<>(operation.refusals());
        if (role != null) {
            refusals.add(401);
        }
        if (role == Role.OPERATOR) {
            refusals.add(403);
        }
        return refusals;
    }

    private static ObjectNode refusal(int status) {
        String description = REFUSALS.get(status);
        if (description == null) {
            throw new IllegalStateException("nothing is said of status " + status);
        }
        ObjectNode refusal = NODES.objectNode().put("description", description);
        refusal.putObject("content").putObject(Operation.JSON).set("schema", reference("Error"));
        return refusal;
    }

    // ---- parts ----

    static ObjectNode reference(String schema) {
        return NODES.objectNode().put("$ref", "#" + SCHEMAS + schema);
    }

    static ObjectNode type(String type) {
        return NODES.objectNode().put("type", type);
    }

    static ObjectNode parameter(String in, String name, boolean required, String type, String description) {
        ObjectNode parameter = NODES.objectNode().put("name", name).put("in", in).put("required", required)
                .put("description", description);
        parameter.set("schema", type(type));
        return parameter;
    }

    // ---- records as JSON ----

    /** Schema of an object with these components of a record. */
    static ObjectNode schema(Class<?> kind, String... names) {
        ObjectNode schema = type("object");
        ArrayNode required = schema.putArray("required");
        ObjectNode properties = schema.putObject("properties");
        for (String name : names) {
            RecordComponent component = component(kind, name);
            properties.set(name, schema(component));
            if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                required.add(name);
            }
        }
        return schema;
    }

    /** The component that is called so in JSON. */
    static RecordComponent component(Class<?> kind, String name) {
        return Arrays.stream(kind.getRecordComponents())
                .filter(one -> nameOf(one).equals(name)).findFirst()
                .orElseThrow(() -> new IllegalStateException(kind + " has no " + name));
    }

    /** What it is called in JSON. */
    static String nameOf(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static ObjectNode schema(RecordComponent component) {
        Class<?> type = component.getType();
        ObjectNode schema;
        if (type == String.class) {
            schema = type("string");
        } else if (type == boolean.class) {
            schema = type("boolean");
        } else if (type.isEnum()) {
            schema = type("string");
            ArrayNode words = schema.putArray("enum");
            Arrays.stream(type.getEnumConstants()).forEach(word -> words.add(Wire.json().<JsonNode>valueToTree(word)));
        } else if (type == Integer.class) { // null says something else than nothing does
            schema = NODES.objectNode();
            schema.putArray("type").add("integer").add("null");
        } else if (type == int.class || type == long.class) {
            schema = type("integer");
        } else {
            throw new IllegalStateException(component + " cannot be described");
        }
        Verb.Range range = component.getAnnotation(Verb.Range.class);
        if (range != null) {
            schema.put("minimum", range.least()).put("maximum", range.most());
        }
        return schema;
    }
}
