package io.sluice.program.admin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.control.api.Event;
import io.sluice.control.api.ServerHealth;
import io.sluice.program.admin.Wire;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The admin API from outside: a real daemon, a real HTTP client. */
class AdminApiTest {
    private static final String SERVER = "/api/v1/services/web/servers/one";
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static AdminDaemon sluice;

    @BeforeAll
    static void start() throws Exception {
        sluice = new AdminDaemon();
        await().atMost(DEADLINE).until(() -> sluice.daemon.control().status().services().getFirst().servers().stream()
                .allMatch(server -> server.health() == ServerHealth.UP));
    }

    @AfterAll
    static void stop() throws Exception {
        sluice.close();
    }

    @Test
    void shows_services_servers_and_their_counters() throws Exception {
        assertThat(LineClient.ask(sluice.servicePort)).isIn("one", "two");
        await().atMost(DEADLINE).untilAsserted(() -> {
            JsonNode service = sluice.get("/api/v1/services/web");
            assertThat(service.get("state").asString()).isEqualTo("up");
            assertThat(service.get("total-connections").asLong()).isPositive();
            assertThat(service.get("servers").size()).isEqualTo(2);
        });
        assertThat(sluice.operator("GET", "/api/v1/services/wbe", "").statusCode()).isEqualTo(404);
    }

    @Test
    void drains_by_post_and_weighs_by_patch_and_says_who_did_it() throws Exception {
        assertThat(sluice.operator("POST", SERVER + "/drain", "").statusCode()).isEqualTo(200);
        assertThat(sluice.get(SERVER).get("admin").asString()).isEqualTo("drain");
        HttpResponse<String> patched = sluice.operator("PATCH", SERVER, "{\"admin\":\"online\",\"weight\":7}");
        JsonNode server = Wire.json().readTree(patched.body());
        assertThat(server.get("admin").asString()).isEqualTo("online");
        assertThat(server.get("weight").asInt()).isEqualTo(7);
        assertThat(sluice.operator("PATCH", SERVER, "{\"weight\":null}").body()).contains("\"weight\":100");
        assertThat(sluice.operator("PATCH", SERVER, "{\"weight\":70000}").statusCode()).isEqualTo(400);
        assertThat(sluice.operator("PATCH", SERVER, "{\"wieght\":7}").body()).contains("wieght", "weight");
        assertThat(sluice.daemon.control().events(0)).extracting(Event::text)
                .contains("op from 127.0.0.1: drain", "op from 127.0.0.1: online, weight 7");
    }

    @Test
    void a_change_of_another_version_is_refused() throws Exception {
        String etag = etag(sluice.operator("GET", "/api/v1/services/web/servers/two", ""));
        var stale = sluice.request("POST", "/api/v1/services/web/servers/two/online", "")
                .header("Authorization", AdminDaemon.basic("op", AdminDaemon.PASSWORD))
                .header("If-Match", "\"0000\"");
        assertThat(sluice.send(stale).statusCode()).isEqualTo(412);
        var fresh = sluice.request("POST", "/api/v1/services/web/servers/two/online", "")
                .header("Authorization", AdminDaemon.basic("op", AdminDaemon.PASSWORD)).header("If-Match", etag);
        assertThat(sluice.send(fresh).statusCode()).isEqualTo(200);
    }

    @Test
    void a_change_by_the_command_line_between_reading_and_writing_is_noticed() throws Exception {
        String path = "/api/v1/services/web/servers/two";
        String etag = etag(sluice.operator("GET", path, ""));
        sluice.daemon.control().tell(new Command.Weight("web", "two", 9), Caller.DAEMON);
        var stale = sluice.request("PATCH", path, "{\"weight\":50}").header("If-Match", etag)
                .header("Authorization", AdminDaemon.basic("op", AdminDaemon.PASSWORD));
        assertThat(sluice.send(stale).statusCode()).isEqualTo(412);
        assertThat(sluice.get(path).get("weight").asInt()).isEqualTo(9);
        sluice.operator("PATCH", path, "{\"weight\":null}");
    }

    @Test
    void no_change_is_lost_when_many_count_up_with_if_match() throws Exception {
        String path = "/api/v1/services/web/servers/one";
        int writers = 4;
        int times = 10;
        sluice.operator("PATCH", path, "{\"weight\":1}");
        try (var pool = java.util.concurrent.Executors.newFixedThreadPool(writers)) {
            var counting = new java.util.ArrayList<java.util.concurrent.Future<?>>();
            for (int writer = 0; writer < writers; writer++) {
                counting.add(pool.submit(() -> {
                    for (int done = 0; done < times;) {
                        HttpResponse<String> read = sluice.operator("GET", path, "");
                        int next = 1 + Wire.json().readTree(read.body()).get("weight").asInt();
                        HttpResponse<String> written = sluice.send(sluice.request("PATCH", path,
                                "{\"weight\":" + next + "}").header("If-Match", etag(read))
                                .header("Authorization", AdminDaemon.basic("op", AdminDaemon.PASSWORD)));
                        done += written.statusCode() == 200 ? 1 : 0;
                    }
                    return null;
                }));
            }
            for (var one : counting) {
                one.get();
            }
        }
        assertThat(sluice.get(path).get("weight").asInt()).isEqualTo(1 + writers * times);
        sluice.operator("PATCH", path, "{\"weight\":null}");
    }

    @Test
    void every_server_of_a_service_is_changed_at_once() throws Exception {
        String path = "/api/v1/services/web";
        assertThat(sluice.operator("POST", path + "/drain", "").statusCode()).isEqualTo(200);
        assertThat(sluice.get(path).get("servers").valueStream().map(server -> server.get("admin").asString()))
                .containsExactly("drain", "drain");
        assertThat(sluice.operator("PATCH", path, "{\"admin\":\"online\",\"weight\":3}").body())
                .contains("\"weight\":3").doesNotContain("\"drain\"");
        assertThat(sluice.operator("PATCH", path, "{\"weight\":null}").statusCode()).isEqualTo(200);
        assertThat(sluice.operator("POST", "/api/v1/services/wbe/drain", "").statusCode()).isEqualTo(404);
        assertThat(sluice.daemon.control().events(0)).extracting(Event::text)
                .contains("op from 127.0.0.1: every server: drain");
    }

    @Test
    void a_configuration_is_laid_out_as_by_the_command_line() throws Exception {
        String path = "/api/v1/configuration/format";
        assertThat(sluice.operator("POST", path, "services:   {}").body()).contains("\"changed\":true",
                "services: {}\\n");
        assertThat(sluice.operator("POST", path, "services: {").statusCode()).isEqualTo(422);
        assertThat(sluice.operator("GET", "/api/v1/configuration", "").headers().firstValue("Allow"))
                .contains("GET, PUT");
    }

    @Test
    void connections_are_listed_and_ended() throws Exception {
        try (LineClient client = new LineClient("127.0.0.7", sluice.servicePort)) {
            String server = client.server();
            await().atMost(DEADLINE).untilAsserted(() -> assertThat(
                    sluice.get("/api/v1/connections?service=web&client=127.0.0.7").get("matching").asLong())
                    .isEqualTo(1));
            JsonNode connection = sluice.get("/api/v1/connections?service=web&client=127.0.0.7").get("connections")
                    .get(0);
            assertThat(connection.get("server").asString()).isEqualTo(server);
            assertThat(sluice.get("/api/v1/affinity?client=127.0.0.7").get("entries").get(0).get("server").asString())
                    .isEqualTo(server);
            assertThat(sluice.get("/api/v1/explain?client=127.0.0.7&service=web").get("because").asString())
                    .isEqualTo("affinity");
            assertThat(sluice.operator("DELETE", "/api/v1/connections/" + connection.get("id").asLong(), "")
                    .statusCode()).isEqualTo(200);
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void a_configuration_is_checked_planned_and_committed() throws Exception {
        HttpResponse<String> read = sluice.operator("GET", "/api/v1/configuration", "");
        String before = read.body();
        String path = "/api/v1/configuration";
        assertThat(sluice.operator("POST", path + "/check", before.replace("timeout: 6m", "timeuot: 6m")).body())
                .contains("\"valid\":false", "timeuot", sluice.daemon.file.toString());
        String after = before.replace("timeout: 6m", "timeout: 9m");
        assertThat(sluice.operator("POST", path + "/plan", after).body()).contains("9m");
        assertThat(sluice.operator("PUT", path, after).statusCode()).isEqualTo(428);
        assertThat(put(after, "\"0000\"").statusCode()).isEqualTo(412);
        assertThat(put(before + "\nnonsense: 1\n", etag(read)).statusCode()).isEqualTo(422);
        HttpResponse<String> done = put(after, etag(read));
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
        assertThat(Files.readString(sluice.daemon.file)).isEqualTo(after);
        assertThat(sluice.get(path + "/rollback").get("pending").asBoolean()).isTrue();
        assertThat(sluice.operator("POST", path + "/confirm", "").body()).contains("confirmed");
        assertThat(put(before, etag(done)).statusCode()).isEqualTo(200);
        sluice.operator("POST", path + "/confirm", "");
        try (var left = Files.list(sluice.daemon.directory)) {
            assertThat(left.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith(".sluice"));
        }
    }

    @Test
    void configurations_that_a_viewer_has_checked_at_once_take_turns_and_nobody_else_waits_for_them() throws Exception {
        StringBuilder large = new StringBuilder("services:\n");
        for (int i = 0; i < 5_000; i++) {
            large.append("  s%d: { listen: 127.0.0.1:%d, servers: { a: \"127.0.0.1:1\" } }\n".formatted(i, 10_000 + i));
        }
        String small = sluice.operator("GET", "/api/v1/configuration", "").body();
        try (var viewers = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            var checks = new java.util.ArrayList<java.util.concurrent.Future<Integer>>();
            for (int i = 0; i < 6; i++) {
                checks.add(viewers.submit(() -> sluice.as("view", "POST", "/api/v1/configuration/check",
                        large.toString()).statusCode()));
            }
            assertThat(sluice.operator("POST", "/api/v1/configuration/check", small).statusCode()).isEqualTo(200);
            for (var check : checks) {
                assertThat(check.get()).isIn(200, 503);
            }
        }
        HttpResponse<String> tooLarge = sluice.as("view", "POST", "/api/v1/configuration/check",
                "#".repeat(BodySpace.MOST_OF_ONE_BYTES + 1));
        assertThat(tooLarge.statusCode()).isEqualTo(413);
    }

    @Test
    void a_commit_during_whose_grace_a_server_dies_is_taken_back() throws Exception {
        try (AdminDaemon own = new AdminDaemon()) {
            await().atMost(DEADLINE).until(() -> own.get("/api/v1/services/web").get("state").asString().equals("up"));
            HttpResponse<String> read = own.operator("GET", "/api/v1/configuration", "");
            String before = read.body();
            HttpResponse<String> done = own.send(own.request("PUT", "/api/v1/configuration?rollback-within=60",
                    before.replace("timeout: 6m", "timeout: 9m")).header("If-Match", etag(read))
                    .header("Authorization", AdminDaemon.basic("op", AdminDaemon.PASSWORD)));
            assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
            own.two.close();
            await().atMost(DEADLINE).until(() -> Files.readString(own.daemon.file).equals(before));
            await().atMost(DEADLINE).untilAsserted(() -> assertThat(
                    own.get("/api/v1/configuration/rollback").get("last").asString())
                    .isEqualTo("rolled back: web/two went down after the commit"));
        }
    }

    @Test
    void a_commit_after_which_a_server_goes_down_is_taken_back() throws Exception {
        HttpResponse<String> read = sluice.operator("GET", "/api/v1/configuration", "");
        String before = read.body();
        int nobody = FreePort.next();
        String after = before.replace("two: \"127.0.0.1:" + sluice.two.port(), "two: \"127.0.0.1:" + nobody);
        assertThat(put(after, etag(read)).statusCode()).isEqualTo(200);
        await().atMost(DEADLINE)
                .until(() -> Files.readString(sluice.daemon.file).equals(before));
        await().atMost(DEADLINE).untilAsserted(() -> assertThat(
                sluice.get("/api/v1/configuration/rollback").get("last").asString()).startsWith("rolled back"));
        await().atMost(DEADLINE).untilAsserted(() -> assertThat(sluice.get("/api/v1/services/web").get("state")
                .asString()).isEqualTo("up"));
    }

    @Test
    void the_stream_tells_everything_first_and_then_what_changes() throws Exception {
        var request = sluice.request("GET", "/api/v1/stream", "").header("Authorization",
                AdminDaemon.basic("view", AdminDaemon.PASSWORD));
        HttpResponse<java.util.stream.Stream<String>> stream = sluice.client.send(request.build(),
                BodyHandlers.ofLines());
        try (var lines = stream.body()) {
            assertThat(lines.limit(4).toList()).anySatisfy(line -> assertThat(line).isEqualTo("event: status"))
                    .anySatisfy(line -> assertThat(line).startsWith("data: {").contains("\"web\""))
                    .anySatisfy(line -> assertThat(line).isIn("event: change", "event: events"));
        }
    }

    @Test
    void openapi_lists_every_route_and_every_route_answers_as_described() throws Exception {
        JsonNode api = Wire.json().readTree(sluice.send(sluice.request("GET", "/api/v1/openapi.json", "")).body());
        Set<String> described = new TreeSet<>();
        api.get("paths").properties().forEach(path -> path.getValue().propertyNames()
                .forEach(method -> described.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
        AdminServer admin = java.util.Objects.requireNonNull(sluice.daemon.admin());
        Set<String> served = admin.router().routes().stream().filter(route -> route.template().startsWith("/api"))
                .map(route -> route.method() + " " + route.template()).collect(Collectors.toCollection(TreeSet::new));
        assertThat(described).isEqualTo(served);
        Map<String, String> queries = Map.of("/api/v1/explain", "?client=192.0.2.1&service=web");
        for (var path : api.get("paths").properties()) {
            JsonNode operation = path.getValue().get("get");
            if (operation == null || path.getKey().endsWith("/stream")) {
                continue;
            }
            String address = path.getKey().replace("{service}", "web").replace("{server}", "one")
                    + queries.getOrDefault(path.getKey(), "");
            HttpResponse<String> answer = sluice.operator("GET", address, "");
            assertThat(answer.statusCode()).as(address + answer.body()).isEqualTo(200);
            JsonNode content = operation.get("responses").get("200").get("content");
            String type = answer.headers().firstValue("Content-Type").orElse("").split(";")[0];
            assertThat(content.has(type)).as(address + " answers " + type).isTrue();
            if (type.equals("application/json")) {
                conforms(address, Wire.json().readTree(answer.body()), content.get(type).get("schema"), api);
            }
            if (operation.has("security")) {
                continue;
            }
            assertThat(sluice.send(sluice.request("GET", address, "")).statusCode()).as(address).isEqualTo(401);
        }
    }

    @Test
    void pages_come_with_a_strict_policy_and_nothing_else_is_served() throws Exception {
        HttpResponse<String> page = sluice.send(sluice.request("GET", "/", ""));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.body()).doesNotContain("http:", "onclick", "<style");
        for (String path : Set.of("/../users", "/web/index.html", "/%2e%2e/users", "/api/v2")) {
            assertThat(sluice.send(sluice.request("GET", path, "")).statusCode()).as(path).isEqualTo(404);
        }
    }

    // ---- a JSON schema's parts that our description uses ----

    private static void conforms(String where, JsonNode value, JsonNode schema, JsonNode api) {
        if (schema.has("$ref")) {
            String name = schema.get("$ref").asString().replace("#/components/schemas/", "");
            conforms(where, value, api.get("components").get("schemas").get(name), api);
            return;
        }
        JsonNode type = schema.get("type");
        Set<String> types = new TreeSet<>();
        if (type.isArray()) {
            type.forEach(each -> types.add(each.asString()));
        } else {
            types.add(type.asString());
        }
        assertThat(types).as(where + " is " + value).contains(typeOf(value, types));
        if (schema.has("enum")) {
            assertThat(schema.get("enum").valueStream().map(JsonNode::asString)).as(where).contains(value.asString());
        }
        if (schema.has("required")) {
            schema.get("required").forEach(name -> assertThat(value.has(name.asString())).as(where + "." + name)
                    .isTrue());
        }
        if (schema.has("properties") && value.isObject()) {
            schema.get("properties").properties().forEach(property -> {
                if (value.has(property.getKey())) {
                    conforms(where + "." + property.getKey(), value.get(property.getKey()), property.getValue(), api);
                }
            });
        }
        if (schema.has("items")) {
            value.forEach(item -> conforms(where + "[]", item, schema.get("items"), api));
        }
    }

    private static String typeOf(JsonNode value, Set<String> wanted) {
        return switch (value.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NULL -> "null";
            case NUMBER -> value.isIntegralNumber() && wanted.contains("integer") ? "integer" : "number";
            default -> value.getNodeType().toString();
        };
    }

    private static HttpResponse<String> put(String text, String etag) throws Exception {
        return sluice.send(sluice.request("PUT", "/api/v1/configuration?rollback-within=60", text)
                .header("Authorization", AdminDaemon.basic("op", AdminDaemon.PASSWORD)).header("If-Match", etag));
    }

    private static String etag(HttpResponse<String> answer) {
        return answer.headers().firstValue("ETag").orElseThrow();
    }
}
