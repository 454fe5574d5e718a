package io.sluice.program.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is shipped beside the program, judged by the tools that will read it: systemd-analyze and promtool. */
class PackagingTest {
    private static final Path PACKAGING = Path.of("packaging");
    /** The contract's names; histograms add _bucket, _count and _sum. */
    private static final Set<String> METRICS = Set.of("sluice_service_connections", "sluice_service_connections_total",
            "sluice_service_bytes_total", "sluice_service_connect_seconds", "sluice_server_up",
            "sluice_server_connections", "sluice_server_admin_state", "sluice_connection_ends_total", "sluice_flows",
            "sluice_flows_capacity", "sluice_affinity_entries", "sluice_packets_total",
            "sluice_worker_duty_cycle_max_seconds", "sluice_worker_faults_total", "sluice_ha_role",
            "sluice_configuration_version", "sluice_build_info");
    /** systemd's scale ends at 10 (everything allowed); what it calls "OK" ends at 4. */
    private static final double MOST_EXPOSURE = 3.0;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Tag("peer")
    @ParameterizedTest
    @ValueSource(strings = {"", "transparent", "packet", "pair", "udp", "transparent,packet,pair,udp"})
    void the_unit_and_its_drop_ins_are_valid_and_tight(String dropIns) throws Exception {
        String unit = Files.readString(PACKAGING.resolve("systemd/sluice.service")).replace("/usr/bin/sluice", Path.of(
                "bin/sluice").toAbsolutePath().toString());
        Path file = Files.writeString(directory.resolve("sluice.service"), unit);
        for (String dropIn : dropIns.isEmpty() ? new String[0] : dropIns.split(",")) {
            Path beside = directory.resolve("sluice.service.d").resolve(dropIn + ".conf");
            Files.createDirectories(beside.getParent());
            Files.copy(PACKAGING.resolve("systemd/" + dropIn + ".conf"), beside);
        }
        // it reads the units of this machine too, and complains of theirs
        assertThat(run("systemd", "systemd-analyze", "verify", file.toString()).lines())
                .filteredOn(line -> !line.startsWith("/lib/systemd/") && !line.startsWith("/usr/lib/systemd/"))
                .isEmpty();
        String security = run("systemd", "systemd-analyze", "security", "--offline=true", "--no-pager", file
                .toString());
        Matcher exposure = Pattern.compile("Overall exposure level for sluice.service: ([0-9.]+)").matcher(security);
        assertThat(exposure.find()).as(security).isTrue();
        assertThat(Double.parseDouble(exposure.group(1))).isLessThan(MOST_EXPOSURE);
        assertThat(security).contains("✓ NoNewPrivileges=");
    }

    @Tag("peer")
    @Test
    void alert_rules_are_valid_and_fire_when_they_should() throws Exception {
        assertThat(run("prometheus", "promtool", "check", "rules", PACKAGING.resolve("prometheus/sluice.rules.yml")
                .toString())).contains("SUCCESS");
        assertThat(run("prometheus", "promtool", "test", "rules", PACKAGING.resolve("prometheus/sluice.rules.test.yml")
                .toString())).contains("SUCCESS");
    }

    @Tag("peer")
    @Test
    void the_dashboard_asks_valid_questions() throws Exception {
        Set<String> questions = new TreeSet<>();
        questions(dashboard(), questions);
        assertThat(questions).hasSizeGreaterThan(15);
        String rules = questions.stream().map(question -> question.replace("$__rate_interval", "5m").replace(
                "$__interval", "1m").replace("\\", "\\\\").replace("\"", "\\\"")).map(
                        question -> "      - record: sluice:question\n        expr: \"" + question + "\"\n")
                .collect(Collectors.joining());
        Path file = Files.writeString(directory.resolve("questions.yml"), "groups:\n  - name: dashboard\n    rules:\n"
                + rules);
        assertThat(run("prometheus", "promtool", "check", "rules", "--lint=none", file.toString())).contains(
                "SUCCESS: " + questions.size() + " rules");
    }

    @Test
    void dashboard_and_rules_know_only_metrics_of_the_contract_and_the_dashboard_shows_them_all() throws IOException {
        String dashboard = Files.readString(PACKAGING.resolve("grafana/sluice.json"));
        String rules = Files.readString(PACKAGING.resolve("prometheus/sluice.rules.yml"));
        assertThat(METRICS).containsAll(metrics(rules));
        assertThat(metrics(dashboard)).containsExactlyInAnyOrderElementsOf(METRICS);
    }

    @Test
    void the_dashboard_s_panels_are_told_apart_and_do_not_overlap() throws IOException {
        Set<Integer> ids = new HashSet<>();
        Set<String> cells = new HashSet<>();
        for (JsonNode panel : dashboard().get("panels")) {
            assertThat(ids.add(panel.get("id").asInt())).isTrue();
            JsonNode place = panel.get("gridPos");
            for (int x = place.get("x").asInt(); x < place.get("x").asInt() + place.get("w").asInt(); x++) {
                for (int y = place.get("y").asInt(); y < place.get("y").asInt() + place.get("h").asInt(); y++) {
                    assertThat(x).isLessThan(24);
                    assertThat(cells.add(x + "," + y)).as(panel.get("title").asString()).isTrue();
                }
            }
        }
    }

    @Test
    void maintainer_scripts_are_shell() throws Exception {
        for (String script : List.of("postinst", "prerm", "postrm")) {
            assertThat(run("dash", "sh", "-n", PACKAGING.resolve("debian/control/" + script).toString())).isEmpty();
        }
    }

    private static JsonNode dashboard() throws IOException {
        return JsonMapper.builder().build().readTree(Files.readString(PACKAGING.resolve("grafana/sluice.json")));
    }

    private static void questions(JsonNode node, Set<String> into) {
        if (node.isObject() && node.has("expr")) {
            into.add(node.get("expr").asString());
        }
        node.forEach(child -> questions(child, into));
    }

    private static Set<String> metrics(String text) {
        Matcher names = Pattern.compile("sluice_[a-z_]+").matcher(text);
        return Stream.iterate(names, Matcher::find, matcher -> matcher).map(matcher -> matcher.group().replaceAll(
                "_(bucket|count|sum)$", "")).collect(Collectors.toSet());
    }

    private static String run(String debianPackage, String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException missing) {
            throw new AssertionError("this test needs " + command[0] + ": apt-get install " + debianPackage, missing);
        }
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("%s: %s", String.join(" ", command), output).isZero();
        return output;
    }
}
