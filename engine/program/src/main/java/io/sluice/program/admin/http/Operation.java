package io.sluice.program.admin.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the API's description says of one method of one address, beside what the {@link Router.Route} says already: role
 * and parts of the address. Filled where the route is added, read by {@link OpenApi}; one thread.
 */
final class Operation {
    static final String JSON = "application/json";
    static final String YAML = "application/yaml";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final String summary;
    private final List<ObjectNode> parameters = new ArrayList<>();
    private final Map<Integer, ObjectNode> answers = new TreeMap<>();
    private final TreeSet<Integer> refusals = new TreeSet<>();
    private final Map<String, ObjectNode> schemas = new LinkedHashMap<>();
    private @Nullable ObjectNode body;

    private Operation(String summary) {
        this.summary = summary;
    }

    /** @param summary a line about it */
    static Operation of(String summary) {
        return new Operation(summary);
    }

    // ---- what it takes ----

    /** One more parameter of the query; type is one of JSON schema's. */
    Operation query(String name, String type, String description) {
        return parameter("query", name, false, type, description);
    }

    Operation requiredQuery(String name, String type, String description) {
        return parameter("query", name, true, type, description);
    }

    /** Changes something that has versions. */
    Operation ifMatch(boolean required) {
        refusals.add(412);
        return parameter("header", "If-Match", required, "string", "Version that is to be changed");
    }

    /** A JSON body of a known schema. */
    Operation takes(String schema) {
        return takesContent(JSON, OpenApi.reference(schema));
    }

    /** A JSON body of a schema of its own. */
    Operation takes(String name, ObjectNode schema) {
        schemas.put(name, schema);
        return takes(name);
    }

    Operation takesYaml() {
        return takesContent(YAML, OpenApi.type("string"));
    }

    private Operation takesContent(String mediaType, ObjectNode schema) {
        body = NODES.objectNode().put("required", true);
        body.set("content", content(mediaType, schema));
        refusals.add(415);
        return this;
    }

    private Operation parameter(String in, String name, boolean required, String type, String description) {
        parameters.add(OpenApi.parameter(in, name, required, type, description));
        return this;
    }

    // ---- what it answers ----

    /** 200 with a value of that schema. */
    Operation answers(String schema) {
        return answers(JSON, OpenApi.reference(schema));
    }

    /** 200 with a list of values of that schema. */
    Operation answersList(String schema) {
        ObjectNode list = OpenApi.type("array");
        list.set("items", OpenApi.reference(schema));
        return answers(JSON, list);
    }

    /** 200 with that. */
    Operation answers(String mediaType, ObjectNode schema) {
        return answers(200, "Done", content(mediaType, schema));
    }

    /** Another status with a value of that schema. */
    Operation answers(int status, String description, String schema) {
        return answers(status, description, content(JSON, OpenApi.reference(schema)));
    }

    /** 204. */
    Operation answersNothing(String description) {
        answers.put(204, NODES.objectNode().put("description", description));
        return this;
    }

    private Operation answers(int status, String description, ObjectNode content) {
        ObjectNode answer = NODES.objectNode().put("description", description);
        answer.set("content", content);
        answers.put(status, answer);
        return this;
    }

    /** What it answers with 200 has a version. */
    Operation tagged() {
        ObjectNode text = NODES.objectNode();
        text.set("schema", OpenApi.type("string"));
        return header("ETag", text);
    }

    /** One more header of the answer with 200. */
    Operation header(String name, ObjectNode described) {
        ObjectNode answer = answers.get(200);
        if (answer == null) {
            throw new IllegalStateException("say first what it answers: " + summary);
        }
        answer.withObjectProperty("headers").set(name, described);
        return this;
    }

    /** Statuses of refusals, beside those that follow from role, version and body. */
    Operation refuses(int... statuses) {
        for (int status : statuses) {
            refusals.add(status);
        }
        return this;
    }

    private static ObjectNode content(String mediaType, ObjectNode schema) {
        ObjectNode content = NODES.objectNode();
        content.putObject(mediaType).set("schema", schema);
        return content;
    }

    // ---- what it says ----

    String summary() {
        return summary;
    }

    List<ObjectNode> parameters() {
        return parameters;
    }

    @Nullable
    ObjectNode body() {
        return body;
    }

    Map<Integer, ObjectNode> answers() {
        return answers;
    }

    TreeSet<Integer> refusals() {
        return refusals;
    }

    Map<String, ObjectNode> schemas() {
        return schemas;
    }
}
