package io.sluice.program.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.program.daemon.RunningDaemon;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static NamedServer a;
    private static RunningDaemon daemon;
    private static int web;
    private static int metrics;

    @BeforeAll
    static void start() throws Exception {
        a = new NamedServer("a");
        web = FreePort.next();
        metrics = FreePort.next();
        daemon = new RunningDaemon("""
                admin: off
                metrics: { listen: 127.0.0.1:%d }
                services:
                  web:
                    listen: 127.0.0.1:%d
                    affinity: { by: source-ip, timeout: 6m }
                    health-check: { interval: 100ms }
                    servers: { a: 127.0.0.1:%d, gone: 127.0.0.1:%d }
                """.formatted(metrics, web, a.port(), FreePort.next()));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(page())
                .contains("sluice_server_up{server=\"a\",service=\"web\"} 1.0")
                .contains("sluice_server_up{server=\"gone\",service=\"web\"} 0.0"));
    }

    @AfterAll
    static void stop() throws Exception {
        daemon.close();
        a.close();
    }

    @Test
    void every_promised_metric_is_there_with_help_and_type() throws Exception {
        try (LineClient client = new LineClient("127.0.0.5", web)) {
            assertThat(client.server()).isEqualTo("a");
            client.echo("hello"); // all is read then: closing is no reset
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(page())
                    .contains("sluice_service_connections{service=\"web\"} 1.0")
                    .contains("sluice_server_connections{server=\"a\",service=\"web\"} 1.0")
                    .contains("sluice_flows 1.0").contains("sluice_affinity_entries 1.0"));
        }
        await().atMost(PATIENCE).untilAsserted(
                () -> assertThat(page())
                        .contains("sluice_connection_ends_total{reason=\"closed\",service=\"web\"} 1.0"));
        String page = page();
        for (String name : new String[]{"sluice_service_connections", "sluice_service_connections_total",
            "sluice_service_bytes_total", "sluice_service_connect_seconds", "sluice_server_up",
            "sluice_server_connections", "sluice_server_admin_state", "sluice_connection_ends_total", "sluice_flows",
            "sluice_flows_capacity", "sluice_affinity_entries", "sluice_worker_duty_cycle_max_seconds",
            "sluice_worker_faults_total", "sluice_log_lines_dropped_total", "sluice_tables_in_memory",
            "sluice_descriptors_used", "sluice_descriptors_allowed", "sluice_stalled_directions",
            "sluice_stalled_bytes",
            "sluice_side_port_connections", "sluice_side_port_gave_way_total",
            "sluice_configuration_version", "sluice_build_info", "sluice_packets_total", "sluice_ha_role"}) {
            assertThat(page).containsPattern("(?m)^# HELP " + name + " \\S").containsPattern("(?m)^# TYPE " + name
                    + " (gauge|counter|histogram)$");
        }
        assertThat(page).containsPattern("sluice_service_bytes_total\\{direction=\"in\",service=\"web\"} 6.0")
                .contains("sluice_service_connect_seconds_bucket{service=\"web\",le=\"+Inf\"} 1")
                .contains("sluice_service_connections_total{service=\"web\"} 1.0")
                .contains("sluice_worker_faults_total{kind=\"ready\"} 0.0").contains("sluice_flows_capacity 1000000.0")
                .doesNotContain("127.0.0.5");
    }

    @Test
    void the_administrators_wish_shows_as_one_of_three_states() throws Exception {
        daemon.control().tell(new Command.Administer("web", "a", AdminState.DRAIN), Caller.DAEMON);
        assertThat(page()).contains("sluice_server_admin_state{server=\"a\",service=\"web\",state=\"drain\"} 1.0")
                .contains("sluice_server_admin_state{server=\"a\",service=\"web\",state=\"online\"} 0.0");
        daemon.control().tell(new Command.Administer("web", "a", AdminState.ONLINE), Caller.DAEMON);
    }

    @Tag("peer")
    @Test
    void promtool_finds_nothing_to_complain_about() throws Exception {
        Path page = Files.writeString(Files.createTempFile("sluice", ".prom"), page());
        Process promtool;
        try {
            promtool = new ProcessBuilder("promtool", "check", "metrics").redirectInput(page.toFile())
                    .redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new AssertionError("this test needs promtool: apt-get install prometheus", e);
        }
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(said).isZero();
        assertThat(said).isEmpty();
    }

    @Test
    void a_scraper_that_takes_gzip_gets_it() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> response = client.send(
                    HttpRequest.newBuilder(uri("/metrics")).header("Accept-Encoding", "gzip").build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
            try (var body = new GZIPInputStream(new java.io.ByteArrayInputStream(response.body()))) {
                assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).contains("sluice_flows ");
            }
        }
    }

    @Test
    void other_paths_and_methods_are_refused() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(status(client, HttpRequest.newBuilder(uri("/")).build())).isEqualTo(404);
            assertThat(status(client, HttpRequest.newBuilder(uri("/metrics")).DELETE().build())).isEqualTo(405);
            assertThat(status(client, HttpRequest.newBuilder(uri("/metrics")).HEAD().build())).isEqualTo(200);
        }
    }

    @Test
    void a_port_that_is_taken_is_named() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> new RunningDaemon("""
                admin: off
                metrics: { listen: 127.0.0.1:%d }
                services: { }
                """.formatted(metrics)))).hasMessageContaining("metrics.listen")
                .hasMessageContaining("127.0.0.1:" + metrics);
    }

    private static int status(HttpClient client, HttpRequest request) throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static String page() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(HttpRequest.newBuilder(uri("/metrics")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
            return response.body();
        }
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + metrics + path);
    }
}
