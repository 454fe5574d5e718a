package io.sluice.program.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.program.daemon.RunMain;
import io.sluice.testbed.Namespaces;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a file names and the host lacks, between two network namespaces. Needs root and iproute2. */
@Tag("peer")
class HostFitTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String CHECKS = "listen-address,source-address,server-route,transparent-route";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private record Finding(String id, String subject, String current, String command) {
    }

    @Test
    void what_a_host_lacks_is_told_with_its_place_and_gone_once_the_commands_were_run() throws Exception {
        try (var net = new Namespaces("balancer", "server")) {
            net.link("server", "10.9.2.2/24", "balancer", "10.9.2.1/24");
            net.link("server", "fd09:2::2/64", "balancer", "fd09:2::1/64");
            Path file = Files.writeString(directory.resolve("sluice.yaml"), """
                    state-directory: %s
                    workers: 1
                    services:
                      web:
                        listen: [127.0.0.1:7000, 10.9.1.1:7000]
                        source-address: [10.9.2.1, 10.9.2.7-10.9.2.8]
                        servers:
                          near: 10.9.2.2:7000
                          far: { address: 10.77.0.1:7000 }
                      clear:
                        listen: 10.9.2.1:7001
                        transparent: true
                        servers: { one: 10.9.2.2:7000, here: 127.0.0.1:7000, six: "[fd09:2::2]:7000" }
                    """.formatted(directory.resolve("state")));
            List<Finding> found = doctor(net, file);
            assertThat(found).extracting(Finding::id).containsExactly("listen-address", "source-address",
                    "server-route", "transparent-route", "transparent-route");
            assertThat(found.get(0).subject()).isEqualTo(file + ":5:30");
            assertThat(found.get(0).current()).isEqualTo("no address 10.9.1.1");
            assertThat(found.get(1).subject()).isEqualTo(file + ":6:32");
            assertThat(found.get(1).current())
                    .isEqualTo("not 2 of the addresses 10.9.2.7-10.9.2.8, the first: 10.9.2.7");
            assertThat(found.get(1).command()).startsWith("ip address add 10.9.2.7/24 dev ");
            assertThat(found.get(2).subject()).isEqualTo(file + ":9:23");
            assertThat(found.get(2).current()).startsWith("no route to 10.77.0.1 from 10.9.2.1 (");
            assertThat(found.get(3).subject()).isEqualTo(file + ":12:18");
            assertThat(found.get(3).command()).matches("ip rule add from 10.9.2.2/32 iif \\S+ lookup 100; "
                    + "ip route add local default dev lo table 100");

            String started = start(net, file, "cannot listen on");
            assertThat(started).contains(
                    file + ":5:30: warning: listen: this host has no address 10.9.1.1 (to mend: ip address add 10.9.1.1/",
                    file + ":6:32: warning: source-address: this host has not 2 of the addresses",
                    file + ":9:23: warning: server 'far': this host has no route to 10.77.0.1 from 10.9.2.1 (to mend: "
                            + "ip route add 10.77.0.1/32 via GATEWAY)",
                    file + ":12:18: warning: transparent: what server 'one' answers to a client's address is not "
                            + "delivered here (to mend: ip rule add from 10.9.2.2/32 iif ");

            for (List<Finding> left = found; !left.isEmpty(); left = doctor(net, file)) {
                for (Finding one : left) {
                    Namespaces.output(net.in("balancer", "sh", "-ec", one.command().replace("GATEWAY", "10.9.2.2")));
                }
            }
            assertThat(start(net, file, "ready ")).contains("ready ").doesNotContain("to mend");
        }
    }

    @Test
    void of_rule_and_route_only_what_is_missing_is_asked_for() throws Exception {
        try (var net = new Namespaces("balancer", "server")) {
            String behind = net.link("server", "10.9.2.2/24", "balancer", "10.9.2.1/24").getLast();
            Path file = Files.writeString(directory.resolve("sluice.yaml"), """
                    services:
                      web: { listen: 10.9.2.1:7001, transparent: true, servers: { one: 10.9.2.2:7000 } }
                    """);
            Namespaces.output(net.in("balancer", "ip", "rule", "add", "from", "10.9.2.0/24", "iif", behind, "lookup",
                    "77"));
            assertThat(doctor(net, file)).extracting(Finding::command)
                    .containsExactly("ip route add local default dev lo table 77");
            Namespaces.output(net.in("balancer", "sh", "-ec", "ip rule delete lookup 77; "
                    + "ip route add local default dev lo table 100"));
            assertThat(doctor(net, file)).extracting(Finding::command)
                    .containsExactly("ip rule add from 10.9.2.2/32 iif " + behind + " lookup 100");
            // as those do whose firewall marks what belongs to transparent sockets
            Namespaces.output(net.in("balancer", "ip", "rule", "add", "fwmark", "0x7", "lookup", "100"));
            assertThat(doctor(net, file)).isEmpty();
        }
    }

    @Test
    void a_host_without_ipv6_is_told_of_its_addresses_and_routes() throws Exception {
        try (var net = new Namespaces("balancer")) {
            Path file = Files.writeString(directory.resolve("sluice.yaml"), """
                    services:
                      web: { listen: "[::1]:7001", servers: { one: "[fd00::2]:7000" } }
                    """);
            Namespaces.output(net.in("balancer", "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1"));
            assertThat(doctor(net, file)).extracting(Finding::id).containsExactly("listen-address", "server-route");
            List<Finding> found = doctor(net, file, "-Djava.net.preferIPv4Stack=true");
            assertThat(found).extracting(Finding::current).containsExactly("no address ::1",
                    "no route to fd00::2 (IPv6 is off)");
        }
    }

    private List<Finding> doctor(Namespaces net, Path file, String... flags) throws IOException {
        String[] command = java("io.sluice.program.cli.Main", "doctor", "-c", file.toString(), "--only", CHECKS, "-o",
                "json");
        List<String> flagged = new ArrayList<>(List.of(command));
        flagged.addAll(1, List.of(flags));
        Process process = net.in("balancer", flagged.toArray(String[]::new))
                .redirectError(directory.resolve("doctor.err").toFile()).start();
        process.getOutputStream().close();
        JsonNode report = JsonMapper.shared().readTree(process.getInputStream().readAllBytes());
        return StreamSupport.stream(report.get("findings").spliterator(), false)
                .map(one -> new Finding(one.get("id").asString(), one.get("subject").asString(),
                        one.get("current").asString(), one.get("command").asString()))
                .toList();
    }

    /** What a daemon prints until it says this, or ends. */
    private String start(Namespaces net, Path file, String until) throws Exception {
        Path out = directory.resolve("out");
        Process daemon = net.in("balancer", java(RunMain.class.getName(), file.toString())).redirectErrorStream(true)
                .redirectOutput(out.toFile()).start();
        try {
            await().atMost(PATIENCE).until(() -> Files.readString(out).contains(until) || !daemon.isAlive());
            return Files.readString(out);
        } finally {
            daemon.destroyForcibly().waitFor();
        }
    }

    private static String[] java(String main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-D")).forEach(command::add);
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }
}
