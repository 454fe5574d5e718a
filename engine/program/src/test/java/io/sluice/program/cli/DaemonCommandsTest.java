package io.sluice.program.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.program.build.ExitCode;
import io.sluice.program.build.Version;
import io.sluice.program.daemon.RunningDaemon;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The commands against a whole daemon, over its socket and its files. */
class DaemonCommandsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static NamedServer a;
    private static NamedServer b;
    private static RunningDaemon daemon;
    private static int web;
    private static int plain;
    private static String yaml;

    private final List<LineClient> clients = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        a = new NamedServer("a");
        b = new NamedServer("b");
        web = FreePort.next();
        plain = FreePort.next();
        yaml = """
                admin: off
                services:
                  web:
                    listen: 127.0.0.1:%d
                    affinity: { by: source-ip, timeout: 6m }
                    health-check: { interval: 100ms }
                    servers: { a: 127.0.0.1:%d, b: 127.0.0.1:%d }
                  plain:
                    listen: 127.0.0.1:%d
                    scheduler: round-robin
                    health-check: { type: none }
                    servers: { a: 127.0.0.1:%d }
                """.formatted(web, a.port(), b.port(), plain, a.port());
        daemon = new RunningDaemon(yaml);
    }

    @AfterAll
    static void stop() throws Exception {
        daemon.close();
        a.close();
        b.close();
    }

    @BeforeEach
    void everythingServes() {
        sluice("online", "web/*");
        sluice("weight", "web/*", "file");
        await().atMost(PATIENCE).until(() -> json("status").at("/services/0/state").stringValue().equals("up"));
    }

    @AfterEach
    void leave() throws Exception {
        for (LineClient client : clients) {
            client.close();
        }
        await().atMost(PATIENCE).until(() -> json("connections").isEmpty());
    }

    @Test
    void status_has_the_fields_that_scripts_rely_on() throws Exception {
        connect("127.0.0.11", web).echo("hello");
        await().atMost(PATIENCE).until(() -> json("status").at("/services/0/connections").asLong() == 1);
        JsonNode status = json("status");
        assertThat(status.get("version").stringValue()).isEqualTo(Version.ofThisBuild());
        assertThat(status.at("/configuration/version").asLong()).isPositive();
        assertThat(status.at("/configuration/file").stringValue()).isEqualTo(daemon.file.toString());
        assertThat(status.at("/daemon/running").asBoolean()).isTrue();
        JsonNode service = status.at("/services/0");
        assertThat(service.propertyNames()).contains("name", "listen", "protocol", "mode", "scheduler", "state",
                "connections", "total-connections", "bytes-in", "bytes-out", "servers");
        assertThat(service.get("listen").stringValue()).isEqualTo("127.0.0.1:" + web);
        JsonNode server = service.at("/servers/0");
        assertThat(server.propertyNames()).contains("name", "address", "weight", "health", "admin", "connections",
                "total-connections", "check");
        assertThat(server.get("check").propertyNames()).contains("last", "detail", "changed");
        assertThat(server.get("health").stringValue()).isEqualTo("up");
        assertThat(server.get("admin").stringValue()).isEqualTo("online");
    }

    @Test
    void status_in_words_names_every_service_and_server() {
        String text = sluice("status").out();
        assertThat(text).contains("sluice " + Version.ofThisBuild()).contains("2 workers on ")
                .containsPattern("web +127.0.0.1:" + web + " +tcp +proxy +weighted-least-connections +up +2/2")
                .containsPattern("web/a +127.0.0.1:" + a.port() + " +100 +up +online").doesNotContain("\u001B")
                .doesNotContain("stuck").doesNotContain("not running");
        assertThat(sluice("services", "plain").out()).contains("round-robin").doesNotContain("web");
        assertThat(sluice("servers", "plain").out()).contains("plain/a").doesNotContain("web/a");
    }

    @Test
    void connections_show_client_server_bytes_and_age() throws Exception {
        LineClient one = connect("127.0.0.21", web);
        String server = one.server();
        one.echo("12345");
        connect("127.0.0.22", plain).server();
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode found = json("connections", "-s", "web");
            assertThat(found).hasSize(1);
            JsonNode it = found.get(0);
            assertThat(it.get("client").stringValue()).startsWith("127.0.0.21:");
            assertThat(it.get("server").stringValue()).isEqualTo(server);
            assertThat(it.get("bytes-in").asLong()).isEqualTo(6);
            assertThat(it.get("bytes-out").asLong()).isEqualTo(8);
            assertThat(it.get("state").stringValue()).isEqualTo("established");
            assertThat(it.get("relay-in").stringValue()).isEqualTo("copy");
        });
        assertThat(json("connections")).hasSize(2);
        assertThat(json("connections", "--client", "127.0.0.22")).hasSize(1);
        assertThat(json("connections", "--client", "127.0.0.0/24")).hasSize(2);
        assertThat(json("connections", "--client", "10.0.0.0/8")).isEmpty();
        assertThat(json("connections", "--limit", "1")).hasSize(1);
        assertThat(json("connections", "--sort", "bytes").at("/0/service").stringValue()).isEqualTo("web");
        assertThat(json("connections", "--sort", "client").at("/1/service").stringValue()).isEqualTo("plain");
        assertThat(sluice("connections", "--limit", "1").out()).contains("... and 1 more");
    }

    @Test
    void affinity_shows_where_a_client_comes_back_to() throws Exception {
        String server = connect("127.0.0.31", web).server();
        JsonNode entry = json("affinity", "-s", "web", "--client", "127.0.0.31").get(0);
        assertThat(entry.get("server").stringValue()).isEqualTo(server);
        assertThat(entry.get("services").get(0).stringValue()).isEqualTo("web");
        assertThat(entry.get("expires-in-ms").asLong()).isBetween(1L, 360_000L);
        assertThat(sluice("affinity", "--client", "127.0.0.31").out()).containsPattern("127.0.0.31 +web +" + server);
        assertThat(json("affinity", "-s", "plain")).isEmpty();
    }

    @Test
    void a_drained_server_gets_no_new_client_and_wait_returns_when_it_is_empty() throws Exception {
        LineClient old = connect("127.0.0.41", web);
        String server = old.server();
        CompletableFuture<Ran> waiting = CompletableFuture
                .supplyAsync(() -> sluice("drain", "web/" + server, "--wait", "--deadline", "1h"));
        await().atMost(PATIENCE).until(() -> admin(server).equals("drain"));
        for (int i = 0; i < 5; i++) {
            assertThat(LineClient.ask("127.0.0." + (50 + i), web)).isNotEqualTo(server);
        }
        assertThat(old.echo("still here")).isEqualTo("still here");
        assertThat(waiting).isNotDone();
        old.close();
        Ran ran = waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(ran.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(ran.out()).contains("drained: no connection left");
    }

    @Test
    void a_drain_past_its_deadline_says_what_is_left() throws Exception {
        String server = connect("127.0.0.42", web).server();
        Ran ran = sluice("drain", "web/" + server, "--wait", "--deadline", "300ms");
        assertThat(ran.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(ran.err()).contains("web/" + server + " still has 1 connection after 300ms").contains("--deadline");
    }

    @Test
    void halt_closes_connections_and_online_undoes_it() throws Exception {
        LineClient client = connect("127.0.0.61", web);
        String server = client.server();
        assertThat(sluice("halt", "web/" + server).exitCode()).isEqualTo(ExitCode.OK);
        assertThat(client.isEnded()).isTrue();
        assertThat(admin(server)).isEqualTo("halt");
        assertThat(sluice("online", "web/" + server).exitCode()).isEqualTo(ExitCode.OK);
        assertThat(admin(server)).isEqualTo("online");
    }

    @Test
    void a_weight_is_overridden_and_put_back() {
        assertThat(sluice("weight", "web/a", "7").exitCode()).isEqualTo(ExitCode.OK);
        assertThat(json("status").at("/services/0/servers/0/weight").asInt()).isEqualTo(7);
        assertThat(sluice("servers", "web").out()).contains("7 (file: 100)");
        assertThat(sluice("weight", "web/a", "file").exitCode()).isEqualTo(ExitCode.OK);
        assertThat(json("status").at("/services/0/servers/0/weight").asInt()).isEqualTo(100);
        for (String wrong : List.of("-1", "65536", "many")) {
            Ran ran = sluice("weight", "web/a", wrong);
            assertThat(ran.exitCode()).as(wrong).isEqualTo(ExitCode.USAGE);
        }
    }

    @Test
    void kick_closes_what_matches_and_nothing_else() throws Exception {
        LineClient one = connect("127.0.0.71", web);
        LineClient other = connect("127.0.0.72", web);
        one.server();
        other.server();
        assertThat(sluice("kick", "--client", "127.0.0.71").exitCode()).isEqualTo(ExitCode.OK);
        assertThat(one.isEnded()).isTrue();
        assertThat(other.echo("alive")).isEqualTo("alive");
        await().atMost(PATIENCE).until(() -> json("connections").size() == 1);
        String id = json("connections").at("/0/id").asString();
        assertThat(sluice("kick", "--id", id).exitCode()).isEqualTo(ExitCode.OK);
        assertThat(other.isEnded()).isTrue();
        assertThat(sluice("kick").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(sluice("kick", "--all", "-s", "web").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void explain_says_which_server_and_why() throws Exception {
        String server = connect("127.0.0.81", web).server();
        Ran ran = sluice("explain", "127.0.0.81", "web");
        assertThat(ran.out()).startsWith("127.0.0.81 on web: " + server).contains("because of its affinity entry")
                .contains("If it fails: ");
        assertThat(json("explain", "127.0.0.81:40000", "web").get("because").stringValue()).isEqualTo("affinity");
        assertThat(json("explain", "[2001:db8::1]:40000", "web").get("client").stringValue()).contains("2001:db8");
        assertThat(json("explain", "2001:db8::1", "plain").get("because").stringValue()).isEqualTo("scheduler");
        assertThat(sluice("explain", "example.org", "web").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void events_tell_what_happened() {
        sluice("weight", "web/b", "3");
        assertThat(sluice("events").out()).contains("started").contains("web/b: weight 100 -> 3");
        String last = sluice("events", "-n", "1", "-o", "json").out();
        assertThat(Json.mapper().readTree(last).get("kind").stringValue()).isEqualTo("admin");
    }

    @Test
    void reload_applies_the_file_and_an_invalid_one_changes_nothing() throws Exception {
        long version = json("status").at("/configuration/version").asLong();
        assertThat(daemon.reload(yaml.replace("round-robin", "maglev")).toString()).contains("Done");
        Ran ran = sluice("reload");
        assertThat(ran.exitCode()).isEqualTo(ExitCode.OK);
        java.nio.file.Files.writeString(daemon.file,
                java.nio.file.Files.readString(daemon.file).replace("maglev", "magle"));
        Ran refused = sluice("reload", "--state-directory", daemon.directory.resolve("state").toString());
        assertThat(refused.exitCode()).isEqualTo(ExitCode.INVALID_CONFIGURATION);
        assertThat(refused.err()).contains("maglev").contains(daemon.file + ":");
        JsonNode status = json("status");
        assertThat(status.at("/configuration/version").asLong()).isGreaterThan(version);
        assertThat(status.at("/services/1/scheduler").stringValue()).isEqualTo("maglev");
        assertThat(daemon.reload(yaml).toString()).contains("Done");
    }

    @Test
    void names_that_nothing_has_are_refused_with_the_nearest() {
        for (String[] command : new String[][]{{"services", "wbe"}, {"connections", "-s", "wbe"},
            {"affinity", "-s", "wbe"}, {"drain", "wbe/a"}, {"explain", "127.0.0.1", "wbe"}}) {
            Ran ran = sluice(command);
            assertThat(ran.exitCode()).as(String.join(" ", command)).isEqualTo(ExitCode.REFUSED);
            assertThat(ran.err()).contains("wbe").contains("web");
        }
        assertThat(sluice("halt", "web/c").exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(sluice("connections", "-s", "web", "--server", "c").exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(sluice("drain", "web").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(sluice("connections", "--client", "nowhere").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(sluice("drain", "web/a", "--wait", "--deadline", "5").err()).contains("not a duration with a unit");
    }

    private LineClient connect(String source, int port) throws Exception {
        LineClient client = new LineClient(source, port);
        clients.add(client);
        return client;
    }

    private static String admin(String server) {
        for (JsonNode each : json("servers", "web")) {
            if (each.get("name").stringValue().equals(server)) {
                return each.get("admin").stringValue();
            }
        }
        throw new AssertionError("no server " + server);
    }

    private static JsonNode json(String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("-o", "json"));
        Ran ran = sluice(arguments.toArray(String[]::new));
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.OK);
        return Json.mapper().readTree(ran.out());
    }

    private static Ran sluice(String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        if (!arguments.contains("--state-directory")) {
            arguments.addAll(List.of("-c", daemon.file.toString()));
        }
        return Ran.sluice(arguments.toArray(String[]::new));
    }
}
