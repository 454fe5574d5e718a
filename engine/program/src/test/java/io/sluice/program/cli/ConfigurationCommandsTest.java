package io.sluice.program.cli;

import static io.sluice.program.cli.Ran.sluice;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.program.build.ExitCode;
import io.sluice.program.daemon.RunningDaemon;
import io.sluice.testbed.FreePort;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code check}, {@code plan} and {@code fmt} as a user runs them. */
class ConfigurationCommandsTest {
    private static final String VALID = """
            services:
              web:
                listen: 127.0.0.1:8080
                servers: { a: 127.0.0.1:8081, b: 127.0.0.1:8082 }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Test
    void check_says_that_all_is_well() throws IOException {
        String file = file("sluice.yaml", VALID);
        assertThat(sluice("check", "-c", file))
                .isEqualTo(new Ran(ExitCode.OK, file + ": ok, 1 service, 2 servers\n", ""));
    }

    @Test
    void check_notes_what_this_version_cannot_do_with_a_file_that_is_right() throws IOException {
        String file = file("sluice.yaml", """
                services:
                  web: { listen: 127.0.0.1:8080, mode: dr, interface: lo, servers: { a: 127.0.0.2 } }
                """);
        String note = "'sluice run' refuses it: service web: mode dr for tcp works on packets, which this version does"
                + " not do; use mode: proxy";
        assertThat(sluice("check", "-c", file)).isEqualTo(new Ran(ExitCode.OK, file + ": note: " + note + "\n" + file
                + ": ok, 1 service, 1 server\n", ""));
        assertThat(Json.mapper().readTree(sluice("check", "-c", file, "-o", "json").out()).at("/notes/0").stringValue())
                .isEqualTo(note);
    }

    @Test
    void check_prints_every_problem_and_exits_with_3() throws IOException {
        String file = file("sluice.yaml", VALID.replace("listen", "lisen") + "workers: 0\n");
        Ran ran = sluice("check", "-c", file);
        assertThat(ran.exitCode()).isEqualTo(ExitCode.INVALID_CONFIGURATION);
        assertThat(ran.out().lines()).hasSize(4).anyMatch(line -> line.startsWith(file + ":2:3: service 'web' lacks"))
                .anyMatch(line -> line.startsWith(file + ":3:5: unknown key 'lisen'")
                        && line.contains("did you mean 'listen'?"))
                .anyMatch(line -> line.startsWith(file + ":5:10: workers: '0' is too small"))
                .endsWith(file + ": 3 errors");
    }

    @Test
    void what_nothing_acts_on_is_an_exit_code_only_under_strict() throws IOException {
        Path secret = Files.writeString(directory.resolve("cluster.key"), "0123456789abcdef0123456789abcdef");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        String file = file("sluice.yaml", "cluster: { name: c.example, address: 10.0.0.100/24, interface: eth0, "
                + "secret-file: " + secret + ", host: { priority: 1, dedicated-address: 10.0.0.11 } }\n");
        assertThat(sluice("check", "-c", file).exitCode()).isEqualTo(ExitCode.OK);
        assertThat(sluice("check", "-c", file, "--strict").exitCode()).isEqualTo(ExitCode.WARNINGS);
    }

    @Test
    void a_warning_is_an_exit_code_only_under_strict() throws IOException {
        String file = file("sluice.yaml", "services: {}\n");
        assertThat(sluice("check", "-c", file).exitCode()).isEqualTo(ExitCode.OK);
        Ran ran = sluice("check", "-c", file, "--strict");
        assertThat(ran.exitCode()).isEqualTo(ExitCode.WARNINGS);
        assertThat(ran.out()).isEqualTo(file + ":1:11: warning: services: there is no virtual service\n" + file
                + ": ok, 0 services, 0 servers, 1 warning\n");
    }

    @Test
    void check_as_json_has_a_record_per_problem() throws IOException {
        String file = file("sluice.yaml", VALID + "workers: 0\n");
        Ran ran = sluice("check", "-c", file, "-o", "json");
        JsonNode json = Json.mapper().readTree(ran.out());
        assertThat(ran.exitCode()).isEqualTo(ExitCode.INVALID_CONFIGURATION);
        assertThat(json.at("/valid").booleanValue()).isFalse();
        assertThat(json.at("/errors").intValue()).isEqualTo(1);
        assertThat(json.at("/problems/0/line").intValue()).isEqualTo(5);
        assertThat(json.at("/problems/0/column").intValue()).isEqualTo(10);
        assertThat(json.at("/problems/0/path").stringValue()).isEqualTo("workers");
        assertThat(json.at("/problems/0/severity").stringValue()).isEqualTo("error");
    }

    @Test
    void a_file_that_does_not_exist_is_told_about() {
        Ran ran = sluice("check", "-c", directory.resolve("none.yaml").toString());
        assertThat(ran.exitCode()).isEqualTo(ExitCode.INVALID_CONFIGURATION);
        assertThat(ran.out()).contains("the file does not exist");
        assertThat(sluice("fmt", "-c", directory.resolve("none.yaml").toString()).exitCode())
                .isEqualTo(ExitCode.INVALID_CONFIGURATION);
    }

    @Test
    void check_reads_standard_input() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(VALID.getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(sluice("check", "-c", "-").out()).isEqualTo("<stdin>: ok, 1 service, 2 servers\n");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void check_hands_out_the_schema() {
        assertThat(Json.mapper().readTree(sluice("check", "--schema").out()).at("/properties/services").isObject())
                .isTrue();
    }

    @Test
    void plan_compares_two_files() throws IOException {
        String before = file("before.yaml", VALID);
        String after = file("after.yaml", VALID.replace("b: 127.0.0.1:8082", "c: 127.0.0.1:8083"));
        assertThat(sluice("plan", "-c", after, "--from", before)).isEqualTo(new Ran(ExitCode.OK, """
                against %s
                ~ service web
                  + server c: 127.0.0.1:8083
                  - server b: 127.0.0.1:8082; drains for up to 1h
                1 service changed, 1 server added, 1 server removed
                """.formatted(before), ""));
    }

    @Test
    void plan_without_a_daemon_shows_what_a_start_would_bring_up() throws IOException {
        String file = file("sluice.yaml", VALID + "state-directory: state\n");
        Ran ran = sluice("plan", "-c", file);
        assertThat(ran.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(ran.out()).startsWith("against nothing: no daemon runs\n+ service web: tcp 127.0.0.1:8080")
                .contains("+ listens on tcp 127.0.0.1:8080\n").endsWith("1 service added\n");
    }

    @Test
    void plan_asks_the_running_daemon_and_changes_nothing() throws Exception {
        String yaml = """
                admin: off
                services:
                  web:
                    listen: 127.0.0.1:%d
                    health-check: none
                    servers: { a: 127.0.0.1:9 }
                """.formatted(FreePort.next());
        try (var daemon = new RunningDaemon(directory, yaml)) {
            String file = daemon.file.toString();
            assertThat(sluice("plan", "-c", file).out()).isEqualTo("against the running daemon\nno change\n");
            Files.writeString(daemon.file, Files.readString(daemon.file).replace("127.0.0.1:9 ", "127.0.0.1:10 ")
                    .replace("workers: 2", "workers: 3"));
            Ran ran = sluice("plan", "-c", file, "-o", "json");
            JsonNode json = Json.mapper().readTree(ran.out());
            assertThat(ran.exitCode()).isEqualTo(ExitCode.OK);
            assertThat(json.at("/against").stringValue()).isEqualTo("the running daemon");
            assertThat(json.at("/changes/0/parts/0/parts/0/after").stringValue()).isEqualTo("127.0.0.1:10");
            assertThat(json.at("/needs-restart/0").stringValue()).isEqualTo("workers");
            assertThat(daemon.control().status().configuration().version()).isEqualTo(1);
        }
    }

    @Test
    void plan_of_an_invalid_file_says_what_is_wrong() throws IOException {
        String broken = file("broken.yaml", "services: 3\n");
        String valid = file("valid.yaml", VALID);
        assertThat(sluice("plan", "-c", broken).exitCode()).isEqualTo(ExitCode.INVALID_CONFIGURATION);
        Ran ran = sluice("plan", "-c", valid, "--from", broken);
        assertThat(ran.exitCode()).isEqualTo(ExitCode.INVALID_CONFIGURATION);
        assertThat(ran.out()).contains(broken + ":1:11: services: '3' is not a mapping");
        String missing = directory.resolve("missing.yaml").toString();
        assertThat(sluice("plan", "-c", valid, "--from", missing)).isEqualTo(new Ran(ExitCode.INVALID_CONFIGURATION,
                missing + ":1:1: the file does not exist\n" + missing + ": 1 error\n", ""));
    }

    @Test
    void fmt_prints_writes_and_checks() throws IOException {
        String wild = "services:\n    web:   # the shop\n        listen:   127.0.0.1:8080\n        servers: {a: 127.0.0.1:8081}\n";
        String tidy = "services:\n  web:  # the shop\n    listen: 127.0.0.1:8080\n    servers: { a: 127.0.0.1:8081 }\n";
        String file = file("sluice.yaml", wild);
        Files.setPosixFilePermissions(Path.of(file), PosixFilePermissions.fromString("rw-r-----"));
        assertThat(sluice("fmt", "-c", file)).isEqualTo(new Ran(ExitCode.OK, tidy, ""));
        assertThat(Files.readString(Path.of(file))).isEqualTo(wild);
        assertThat(sluice("fmt", "-c", file, "--check").exitCode()).isEqualTo(ExitCode.WARNINGS);
        assertThat(sluice("fmt", "-c", file, "--write").out()).isEqualTo(file + ": rewritten\n");
        assertThat(Files.readString(Path.of(file))).isEqualTo(tidy);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(file)))).isEqualTo("rw-r-----");
        assertThat(sluice("fmt", "-c", file, "-w").out()).isEqualTo(file + ": unchanged\n");
        assertThat(sluice("fmt", "-c", file, "--check")).isEqualTo(new Ran(ExitCode.OK, file + ": ok\n", ""));
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void fmt_leaves_what_it_cannot_read() throws IOException {
        String file = file("sluice.yaml", "services: {\n");
        Ran ran = sluice("fmt", "-c", file, "--write");
        assertThat(ran.exitCode()).isEqualTo(ExitCode.INVALID_CONFIGURATION);
        assertThat(ran.out()).startsWith(file + ":2:1: not YAML");
        assertThat(Files.readString(Path.of(file))).isEqualTo("services: {\n");
        assertThat(sluice("fmt", "--write", "--check").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(sluice("fmt", "-c", "-", "--write").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void fmt_as_json_says_whether_anything_changed() throws IOException {
        JsonNode json = Json.mapper()
                .readTree(sluice("fmt", "-c", file("sluice.yaml", "a:   1\n"), "-o", "json").out());
        assertThat(json.at("/changed").booleanValue()).isTrue();
        assertThat(json.at("/text").stringValue()).isEqualTo("a: 1\n");
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }
}
