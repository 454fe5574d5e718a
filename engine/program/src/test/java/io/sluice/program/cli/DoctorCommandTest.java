package io.sluice.program.cli;

import static io.sluice.program.cli.Ran.sluice;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.program.build.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code sluice doctor} as a user meets it; the checks themselves are tested in tuning. */
class DoctorCommandTest {
    /** A small host: an ordinary user, few ports, few files. */
    private static final String SMALL = """
            == /proc/sys/kernel/osrelease
            6.12.1
            == /proc/sys/kernel/hostname
            lb1
            == /proc/sys/net/ipv4/ip_local_port_range
            40000	40999
            == /proc/sys/net/core/somaxconn
            65535
            == /proc/sys/fs/nr_open
            1048576
            == /proc/self/limits
            Limit                     Soft Limit           Hard Limit           Units
            Max open files            1024                 4096                 files
            == /proc/self/status
            Uid:	998	998	998	998
            Gid:	998	998	998	998
            CapEff:	0000000000000000
            CapBnd:	000001ffffffffff
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private String host;

    @BeforeEach
    void smallHost() throws IOException {
        host = write("host.txt", SMALL);
    }

    @Test
    void a_finding_says_what_is_what_is_wanted_why_and_what_mends_it() {
        Ran ran = sluice("doctor", "--host", host, "--only", "port-range");
        assertThat(ran.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(ran.out()).contains("Sluice doctor on lb1: Linux 6.12.1").contains("""
                warning  port-range: 1,000 ports (40000-40999)
                  wanted 55,000 or more (10240-65535)
                  why    One source address reaches one server address and port with at most this many connections,
                         those in TIME_WAIT included; the next connect fails with EADDRNOTAVAIL.
                  mend   sysctl -w net.ipv4.ip_local_port_range='10240 65535'
                  source kernel ip-sysctl: ip_local_port_range; RFC 6056
                """).contains("0 errors, 1 warning, 0 to consider, 0 as wanted");
    }

    @Test
    void strict_turns_warnings_into_exit_code_4() {
        assertThat(sluice("doctor", "--host", host, "--only", "port-range", "--strict").exitCode())
                .isEqualTo(ExitCode.WARNINGS);
        Ran well = sluice("doctor", "--host", host, "--only", "accept-backlog", "--strict", "--all");
        assertThat(well.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(well.out()).contains("ok       accept-backlog: net.core.somaxconn = 65,535");
    }

    @Test
    void packet_engines_are_tried_on_the_kernel_and_a_recording_tells_what_it_said() {
        String file = directory.resolve("here").toString();
        Ran here = sluice("doctor", "--only", "packet-engine", "--all", "--record", file);
        assertThat(here.out()).contains("ok       packet-engine tc: tc program: yes, taken by the verifier in ",
                "and translates; tcx:", "ok       packet-engine xdp: xdp program: yes, ",
                "ok       packet-engine af_xdp: xdp program: yes, ");
        Ran recorded = sluice("doctor", "--only", "packet-engine", "--all", "--host", file);
        assertThat(recorded.out()).isEqualTo(here.out());
    }

    @Test
    void the_places_that_packet_services_name_are_looked_up() throws IOException {
        String file = write("packets.yaml", """
                services:
                  web: { listen: "127.0.0.1:80", mode: nat, interface: lo, servers: { one: 127.0.0.9:80 } }
                  dns: { listen: "203.0.113.7:80", mode: dr, interface: lo, servers: { one: 127.0.0.10:80 } }
                """);
        Ran ran = sluice("doctor", "-c", file, "--only", "packet-engine", "--all");
        assertThat(ran.out()).contains("ok       packet-engine home of 127.0.0.1: at lo",
                "info     packet-engine home of 203.0.113.7: no interface has it",
                "warning  packet-engine way to 127.0.0.9: it is this host, and packets do not turn back");
    }

    @Test
    void a_packet_engine_that_cannot_run_names_the_capability_or_the_part_of_the_kernel() throws IOException {
        String refused = write("refused.txt", SMALL + """
                =? packet-engine
                tc program: no: EACCES (permission denied): R1 pointer arithmetic prohibited for !root
                xdp program: yes, taken by the verifier in 50 ms, and translates
                af-xdp socket: no: EAFNOSUPPORT (address family not supported)
                """);
        Ran ran = sluice("doctor", "--host", refused, "--only", "packet-engine", "--uses", "nat", "--all");
        assertThat(ran.out()).contains("error    packet-engine tc: tc program: EACCES",
                "wanted CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON",
                "AmbientCapabilities=CAP_BPF CAP_NET_ADMIN CAP_PERFMON",
                "ok       packet-engine xdp", "info     packet-engine af_xdp: af-xdp socket: EAFNOSUPPORT",
                "wanted CONFIG_XDP_SOCKETS=y");
    }

    @Test
    void what_cannot_run_names_exactly_what_is_missing() {
        assertThat(sluice("doctor", "--host", host).out()).containsPattern("proxy +yes  configured")
                .containsPattern("transparent +no   missing: CAP_NET_ADMIN; ")
                .containsPattern("pair +no   not in this version; the host lacks: CAP_NET_ADMIN; CAP_NET_RAW\n")
                .containsPattern("nat +no   not in this version; the host lacks: CAP_NET_ADMIN; CAP_BPF; "
                        + "CAP_PERFMON\n");
    }

    @Test
    void what_this_version_does_not_do_cannot_run_however_fit_the_host_is() throws IOException {
        String able = write("able.txt", SMALL.replace("CapEff:\t0000000000000000", "CapEff:\t000001ffffffffff"));
        assertThat(sluice("doctor", "--host", able).out())
                .containsPattern("pair +no   not in this version; the host is fit for it\n");
        JsonNode report = json(sluice("doctor", "--host", able, "--uses", "pair", "-o", "json"));
        assertThat(finding(report, "feature-pair").get("severity").asString()).isEqualTo("error");
        assertThat(finding(report, "feature-pair").get("current").asString())
                .isEqualTo("this version does not run it; the host is fit for it");
        for (JsonNode feature : report.get("features")) {
            assertThat(feature.get("in-this-version").asBoolean()).as(feature.get("name").asString())
                    .isNotEqualTo(List.of("nat", "snat", "dr", "af-xdp", "pair", "cluster")
                            .contains(feature.get("name").asString()));
        }
    }

    @Test
    void the_configuration_decides_what_is_an_error_and_what_the_ports_must_carry() throws IOException {
        String file = write("sluice.yaml", """
                services:
                  desktops:
                    listen: 10.0.0.1:40500
                    max-connections: 5000
                    health-check: { type: ping }
                    servers: { a: 10.0.0.2:3389, b: 10.0.0.3:3389 }
                  web:
                    listen: 10.0.0.1:80
                    transparent: true
                    servers: { a: 10.0.0.2:80 }
                """);
        JsonNode report = json(sluice("doctor", "--host", host, "-c", file, "-o", "json"));
        assertThat(finding(report, "port-forecast").get("severity").asString()).isEqualTo("error");
        assertThat(finding(report, "port-forecast").get("current").asString())
                .startsWith("5,000 connections at once, 1 to 2: 2,500 of 1,000 ports");
        assertThat(finding(report, "reserved-ports").get("current").asString()).isEqualTo("not reserved: 40500");
        assertThat(finding(report, "feature-transparent").get("severity").asString()).isEqualTo("error");
        assertThat(finding(report, "feature-transparent").get("command").asString())
                .contains("AmbientCapabilities=CAP_NET_ADMIN");
        assertThat(finding(report, "feature-low-port").get("severity").asString()).isEqualTo("error");
        assertThat(finding(report, "feature-ping").get("severity").asString()).isEqualTo("error");
        assertThat(finding(report, "feature-nat").get("severity").asString()).isEqualTo("info");
    }

    @Test
    void a_rate_is_forecast_without_any_configuration() throws IOException {
        Ran ran = sluice("doctor", "--host", host, "-c", write("empty.yaml", """
                services:
                  web: { listen: "10.0.0.1:8080", servers: { a: "10.0.0.2:80" } }
                """), "--rate", "10", "--duration", "5", "--only", "port-forecast");
        assertThat(ran.out()).contains("10 connections/s of 5 s + 60 s TIME_WAIT, 1 to 1: 752 of 1,000 ports");
    }

    @Test
    void json_carries_every_part_of_a_finding() {
        JsonNode report = json(sluice("doctor", "--host", host, "-o", "json"));
        assertThat(report.get("host").get("kernel").asString()).isEqualTo("6.12.1");
        assertThat(report.get("summary").get("warning").asInt()).isGreaterThanOrEqualTo(2);
        for (JsonNode finding : report.get("findings")) {
            assertThat(finding.propertyNames()).containsExactly("id", "subject", "title", "severity", "current",
                    "wanted", "why", "command", "source");
        }
        assertThat(report.get("features").valueStream().map(feature -> feature.get("name").asString()))
                .contains("proxy", "transparent", "nat", "af-xdp", "pair", "cluster");
    }

    @Test
    void a_recording_is_what_another_doctor_looks_at() throws IOException {
        Path recording = directory.resolve("recording.txt");
        Ran live = sluice("doctor", "--record", recording.toString(), "-o", "json");
        Ran recorded = sluice("doctor", "--host", recording.toString(), "-o", "json");
        assertThat(live.exitCode()).isEqualTo(ExitCode.OK);
        // ports in use come from the table of connections, which is not recorded
        assertThat(without(json(recorded), "port-use")).isEqualTo(without(json(live), "port-use"));
    }

    @Test
    void a_process_without_rights_still_gets_its_answer() throws Exception {
        String report = run(0, command("setpriv", "--bounding-set=-all", "--inh-caps=-all"), "doctor", "-o", "json");
        JsonNode features = Json.mapper().readTree(report).get("features");
        assertThat(features.valueStream().filter(feature -> feature.get("name").asString().equals("pair")).findFirst()
                .orElseThrow().get("missing").toString()).isEqualTo("[\"CAP_NET_ADMIN\",\"CAP_NET_RAW\"]");
    }

    @Tag("peer")
    @Test
    void a_profile_is_printed_applied_and_undone() throws Exception {
        String namespace = "sluice-doctor-" + ProcessHandle.current().pid();
        run(0, List.of("ip"), "netns", "add", namespace);
        try {
            List<String> inside = command("ip", "netns", "exec", namespace);
            String state = directory.resolve("state").toString();
            String[] profile = {"doctor", "--profile", "high-throughput", "--only", "port-range,accept-backlog",
                "--state-directory", state};
            assertThat(run(0, inside, profile)).contains("sysctl -w net.core.somaxconn=16384")
                    .contains("nothing was changed");
            assertThat(run(0, inside, plus(profile, "--apply"))).contains("2 of 2 settings changed")
                    .containsPattern("done +net.core.somaxconn +4096 +16384");
            assertThat(run(0, inside, "doctor", "--only", "port-range,accept-backlog", "--all"))
                    .contains("ok       accept-backlog").contains("ok       port-range");
            assertThat(run(0, inside, "doctor", "--undo", "--state-directory", state, "-o", "json"))
                    .contains("\"after\" : \"4096\"");
            assertThat(run(0, inside, "doctor", "--undo", "--state-directory", state)).startsWith("Nothing to undo");
        } finally {
            run(0, List.of("ip"), "netns", "delete", namespace);
        }
    }

    @Test
    void nothing_is_changed_when_the_previous_values_cannot_be_kept() {
        Ran ran = sluice("doctor", "--profile", "low-latency", "--apply", "--only", "port-range,accept-backlog",
                "--state-directory", "/proc/none");
        assertThat(ran.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(ran.err()).contains("nothing was changed").contains("--state-directory");
    }

    @Test
    void wrong_words_are_usage_errors_that_name_the_right_ones() throws IOException {
        assertThat(sluice("doctor", "--only", "prot-range")).satisfies(ran -> {
            assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(ran.err()).contains("no check is called 'prot-range'");
        });
        assertThat(sluice("doctor", "--uses", "magic").err()).contains("it takes proxy, udp");
        assertThat(sluice("doctor", "--profile", "fast").err()).contains("low-latency and high-throughput");
        assertThat(sluice("doctor", "--apply").err()).contains("which profile?");
        assertThat(sluice("doctor", "--apply", "--undo").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(sluice("doctor", "-c", write("bad.yaml", "services: 3\n")).exitCode())
                .isEqualTo(ExitCode.INVALID_CONFIGURATION);
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private static JsonNode json(Ran ran) {
        assertThat(ran.err()).isEmpty();
        return Json.mapper().readTree(ran.out());
    }

    private static List<String> without(JsonNode report, String id) {
        return report.get("findings").valueStream().filter(finding -> !finding.get("id").asString().equals(id)).map(
                JsonNode::toString).toList();
    }

    private static JsonNode finding(JsonNode report, String id) {
        return report.get("findings").valueStream().filter(finding -> finding.get("id").asString().equals(id))
                .findFirst().orElseThrow();
    }

    private static String[] plus(String[] arguments, String more) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add(more);
        return all.toArray(String[]::new);
    }

    /** A command line that ends where the arguments of sluice begin. */
    private static List<String> command(String... wrapper) {
        List<String> command = new ArrayList<>(List.of(wrapper));
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), "io.sluice.program.cli.Main"));
        return command;
    }

    private static String run(int exitCode, List<String> start, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(start);
        command.addAll(List.of(arguments));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException missing) {
            throw new AssertionError("this test needs " + command.getFirst() + ": apt-get install iproute2 util-linux",
                    missing);
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("%s: %s", String.join(" ", arguments), output).isEqualTo(exitCode);
        return output;
    }
}
