package io.sluice.control.config.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.sluice.conntrack.Mode;
import io.sluice.conntrack.Protocol;
import io.sluice.control.config.model.Admin;
import io.sluice.control.config.model.Affinity;
import io.sluice.control.config.model.Bytes;
import io.sluice.control.config.model.Cluster;
import io.sluice.control.config.model.Configuration.PacketEngine;
import io.sluice.control.config.model.Configuration.Transport;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.HighAvailability;
import io.sluice.control.config.model.IntRange;
import io.sluice.control.config.model.Listen;
import io.sluice.control.config.model.Log;
import io.sluice.control.config.model.Metrics;
import io.sluice.control.config.model.PortSet;
import io.sluice.control.config.model.ProxyProtocol;
import io.sluice.control.config.model.QueueLimits;
import io.sluice.control.config.model.RelayConfiguration;
import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.config.model.ServiceConfiguration.OnServerDown;
import io.sluice.control.config.model.ServiceConfiguration.WhenFull;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.model.StateDirectory;
import io.sluice.control.config.model.Tables;
import io.sluice.control.config.model.Timeouts;
import io.sluice.control.config.model.TlsIdentity;
import io.sluice.control.config.model.WorkersConfiguration;
import io.sluice.control.config.yaml.Problem;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.scheduler.SchedulerKind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFileTest {
    private static final String MINIMAL = """
            services:
              web:
                listen: 10.0.0.1:80
                servers: { a: 10.0.1.1:80 }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Test
    void a_minimal_file_gets_every_default() {
        Configuration configuration = valid(MINIMAL);
        assertThat(configuration).usingRecursiveComparison().ignoringFields("services", "stateDirectory")
                .isEqualTo(new Configuration(List.of(), new WorkersConfiguration(0, Duration.ZERO, false, List.of()),
                        Transport.AUTO,
                        new RelayConfiguration(RelayConfiguration.Kind.AUTO, 262_144, 1_048_576, 65_536,
                                6_291_456),
                        PacketEngine.AUTO,
                        new Tables(1_000_000, 1_000_000, false), Path.of("/"),
                        new Admin(address("127.0.0.1", 9443), null, null, null, false), null,
                        new Log(Log.Level.INFO, Log.Format.TEXT, Log.Connections.OFF), null, null));
        assertThat(service(configuration)).isEqualTo(new ServiceConfiguration("web",
                List.of(new Listen(Ip.parse("10.0.0.1"), PortSet.of(80))), Protocol.TCP, Mode.PROXY,
                SchedulerKind.WEIGHTED_LEAST_CONNECTIONS,
                new Affinity(Affinity.By.NONE, Duration.ofMinutes(6), 32, 128, null),
                new HealthCheck.Connect(0, new HealthCheck.Timing(Duration.ofSeconds(2), Duration.ofSeconds(1), 2, 3)),
                List.of(new ServerConfiguration("a", address("10.0.1.1", 80), 100, 0, 0, false, null)), null, 0,
                new QueueLimits(0, null), WhenFull.QUEUE, 0, null, List.of(), List.of(),
                new Timeouts(Duration.ofSeconds(5), Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofHours(1),
                        Duration.ofMinutes(1)),
                ServiceConfiguration.EVERY_SERVER, Duration.ZERO, List.of(), false,
                new ProxyProtocol(false, ProxyProtocol.Send.NONE, List.of()), null,
                null, OnServerDown.KEEP, ServiceConfiguration.ANY_NUMBER));
    }

    @Test
    void the_protocol_decides_mode_and_health_check_and_what_happens_when_a_server_dies() {
        ServiceConfiguration dns = service(valid(MINIMAL + "    protocol: udp\n"));
        assertThat(dns.mode()).isEqualTo(Mode.SNAT);
        assertThat(dns.healthCheck()).isInstanceOf(HealthCheck.Ping.class);
        assertThat(dns.onServerDown()).isEqualTo(OnServerDown.RESET);
        assertThat(dns.packetLevel()).isFalse();
        ServiceConfiguration sticky = service(valid(MINIMAL + "    affinity: source-ip\n"));
        assertThat(sticky.onServerDown()).isEqualTo(OnServerDown.RESET);
    }

    @Test
    void the_protocol_decides_the_type_of_a_health_check_that_names_none() {
        HealthCheck check = service(valid(MINIMAL + "    protocol: udp\n    health-check: { interval: 5s }\n"))
                .healthCheck();
        assertThat(check).isEqualTo(new HealthCheck.Ping(
                new HealthCheck.Timing(Duration.ofSeconds(5), Duration.ofSeconds(1), 2, 3)));
    }

    @Test
    void every_kind_of_health_check_is_read() throws IOException {
        Path ca = Files.writeString(directory.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\n");
        Path script = Files.writeString(directory.resolve("check.sh"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(check("{ type: connect, port: 81 }")).asInstanceOf(type(HealthCheck.Connect.class))
                .returns(81, HealthCheck.Connect::port)
                .returns(HealthCheck.Connect.End.RESET, HealthCheck.Connect::end);
        assertThat(check("{ type: connect, end: close }")).asInstanceOf(type(HealthCheck.Connect.class))
                .returns(HealthCheck.Connect.End.CLOSE, HealthCheck.Connect::end);
        assertThat(check("none")).isInstanceOf(HealthCheck.None.class);
        assertThat(
                check("""
                        { type: https, port: 443, path: /psm/api/health, host: psm.example, expect: PASS, expect-status: [200, 300-302],
                                verify-certificate: false, ca-file: ca.pem, rise: 1, fall: 1 }"""))
                .asInstanceOf(type(HealthCheck.Http.class)).satisfies(http -> {
                    assertThat(http.port()).isEqualTo(443);
                    assertThat(http.request().path()).isEqualTo("/psm/api/health");
                    assertThat(http.request().host()).isEqualTo("psm.example");
                    assertThat(http.expect()).isEqualTo("PASS");
                    assertThat(http.expectStatus()).containsExactly(new IntRange(200, 200), new IntRange(300, 302));
                    assertThat(http.tls()).isEqualTo(new HealthCheck.Secured(false, ca, false));
                    assertThat(http.timing().rise()).isEqualTo(1);
                });
        assertThat(check("{ type: udp, send: { hex: \"0aFF 00\" }, expect: \"a\\r\\nb\", accept-silence: true }"))
                .asInstanceOf(type(HealthCheck.Udp.class)).satisfies(udp -> {
                    assertThat(udp.send().toArray()).containsExactly(10, 0xff, 0);
                    assertThat(udp.expect()).isEqualTo(Bytes.ofText("a\r\nb"));
                    assertThat(udp.acceptSilence()).isTrue();
                });
        assertThat(check("{ type: udp, send: 'hex:0aFF 00', expect: { hex: \"6865783a3431\" } }"))
                .asInstanceOf(type(HealthCheck.Udp.class)).satisfies(udp -> {
                    assertThat(udp.send().toArray()).containsExactly(10, 0xff, 0);
                    assertThat(udp.expect()).isEqualTo(Bytes.ofText("hex:41"));
                });
        assertThat(check("{ type: script, command: ./check.sh -v }")).asInstanceOf(type(HealthCheck.Script.class))
                .satisfies(
                        check -> assertThat(check.command()).containsExactly(directory.resolve("./check.sh").toString(),
                                "-v"));
        assertThat(check("{ type: script, command: [sh, -c, 'exit 0'] }"))
                .asInstanceOf(type(HealthCheck.Script.class))
                .satisfies(check -> assertThat(check.command()).endsWith("-c", "exit 0").first().asString()
                        .endsWith("/sh"));
    }

    @Test
    void listens_take_ranges_lists_and_both_ip_versions() {
        ServiceConfiguration web = service(valid(MINIMAL.replace("listen: 10.0.0.1:80",
                "listen: [ 10.0.0.1:8000-8010, 10.0.0.2:[80,443,8000-8010], [fd00::1]:80, \"[::]:[81,82]\" ]")));
        assertThat(web.listens()).extracting(Listen::toString).containsExactly("10.0.0.1:8000-8010",
                "10.0.0.2:[80,443,8000-8010]", "[fd00::1]:80", "[::]:81-82");
        assertThat(web.listens().get(3).wildcard()).isTrue();
    }

    @Test
    void an_ipv6_address_needs_no_quotes_wherever_it_stands() {
        for (String server : List.of("[fd00::2]:80", "\"[fd00::2]:80\"", "'[fd00::2]:80'", "{ address: [fd00::2]:80 }",
                "{address: [fd00::2]:80, weight: 5}", "[fd00::2]:80   # [fd00::3]:80")) {
            ServiceConfiguration web = service(valid("services:\n  web:\n    listen: [fd00::1]:80\n    servers:\n"
                    + "      a: " + server + "\n"));
            assertThat(web.servers().getFirst().address()).as(server).isEqualTo(address("fd00::2", 80));
        }
    }

    @Test
    void quotes_added_around_an_address_do_not_shift_the_places_of_problems() {
        assertThat(invalid("services:\n  web: { listen: [fd00::1]:80, servers: { a: [fd00::2]:80 }, modus: proxy }\n"))
                .singleElement().satisfies(problem -> {
                    assertThat(problem.line()).isEqualTo(2);
                    assertThat(problem.column()).isEqualTo(62);
                });
    }

    @Test
    void a_server_without_a_port_gets_the_one_the_client_came_to() {
        ServerConfiguration server = service(valid(MINIMAL.replace("10.0.1.1:80", "10.0.1.1"))).servers().getFirst();
        assertThat(server.target(8080)).isEqualTo(address("10.0.1.1", 8080));
    }

    @Test
    void a_health_check_goes_to_its_own_port_or_else_to_the_servers() {
        ServiceConfiguration web = service(valid(MINIMAL.replace("10.0.1.1:80", "10.0.1.1")));
        ServerConfiguration server = web.servers().getFirst();
        assertThat(web.healthCheck().target(web, server)).isEqualTo(address("10.0.1.1", 80));
        assertThat(check("{ type: http, port: 8081 }").target(web, server)).isEqualTo(address("10.0.1.1", 8081));
    }

    @Test
    void short_forms_stand_for_the_key_that_matters_most() {
        Configuration configuration = valid(MINIMAL + "workers: 3\nrelay: copy\nlog: debug\nadmin: off\nmetrics: {}\n");
        assertThat(configuration.workers().count()).isEqualTo(3);
        assertThat(configuration.relay().kind()).isEqualTo(RelayConfiguration.Kind.COPY);
        assertThat(configuration.log().level()).isEqualTo(Log.Level.DEBUG);
        assertThat(configuration.admin()).isNull();
        assertThat(configuration.metrics()).isEqualTo(new Metrics(address("127.0.0.1", 9100)));
    }

    @Test
    void workers_are_counted_pinned_and_may_spin() {
        WorkersConfiguration workers = valid(MINIMAL + "workers: { count: 2, spin: 50us, pin: [0, 2-3] }\n").workers();
        assertThat(workers).isEqualTo(new WorkersConfiguration(2, Duration.ofNanos(50_000), true, List.of(0, 2, 3)));
        assertThat(valid(MINIMAL + "workers: { pin: true }\n").workers())
                .isEqualTo(new WorkersConfiguration(0, Duration.ZERO, true, List.of()));
        assertThat(valid(MINIMAL + "workers: auto\n").workers().effectiveCount())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void a_pair_is_read() throws IOException {
        Path secret = Cases.secret(directory);
        HighAvailability pair = valid(MINIMAL + """
                high-availability:
                  node: lb1
                  peer: { name: lb2, address: 10.11.40.56 }
                  address: 10.11.40.55
                  role: primary
                  interface: eth0
                  secret-file: secret.key
                """).highAvailability();
        assertThat(pair).isEqualTo(new HighAvailability("lb1",
                new HighAvailability.Peer("lb2", Ip.parse("10.11.40.56")),
                Ip.parse("10.11.40.55"), HighAvailability.Role.PRIMARY, "eth0", secret,
                new HighAvailability.Heartbeat(6694, Duration.ofMillis(200), Duration.ofSeconds(1)), 7778,
                HighAvailability.Failback.WHEN_SYNCHRONISED));
    }

    @Test
    void a_cluster_is_read_with_its_port_rules() throws IOException {
        Cases.secret(directory);
        Cluster cluster = valid("""
                cluster:
                  name: nuget.srv.example
                  address: 10.0.0.100/255.255.255.0
                  interface: eth0
                  mode: igmp-multicast
                  secret-file: secret.key
                  host: { priority: 1, dedicated-address: 10.0.0.11, initial-state: suspended }
                  port-rules:
                    - { ports: 80, protocol: tcp, affinity: none, load: 30 }
                    - { ports: 1723, protocol: pptp, affinity: single, timeout: 20m }
                    - { ports: 3389, protocol: tcp, filtering: single, handling-priority: 1 }
                    - { ports: 135-139, protocol: both, filtering: disabled }
                """).cluster();
        assertThat(cluster).isNotNull();
        assertThat(cluster.prefix()).isEqualTo(24);
        assertThat(cluster.mode()).isEqualTo(Cluster.Mode.IGMP_MULTICAST);
        assertThat(cluster.host().initialState()).isEqualTo(Cluster.InitialState.SUSPENDED);
        assertThat(cluster.portRules()).containsExactly(
                rule(PortSet.of(80), Cluster.RuleProtocol.TCP, Cluster.Filtering.MULTIPLE, Cluster.RuleAffinity.NONE, 0,
                        30, 0),
                rule(PortSet.of(1723), Cluster.RuleProtocol.PPTP, Cluster.Filtering.MULTIPLE,
                        Cluster.RuleAffinity.SINGLE, 20,
                        Cluster.PortRule.EQUAL, 0),
                rule(PortSet.of(3389), Cluster.RuleProtocol.TCP, Cluster.Filtering.SINGLE, Cluster.RuleAffinity.NONE, 0,
                        Cluster.PortRule.EQUAL, 1),
                rule(new PortSet(List.of(new IntRange(135, 139))), Cluster.RuleProtocol.BOTH,
                        Cluster.Filtering.DISABLED,
                        Cluster.RuleAffinity.NONE, 0, Cluster.PortRule.EQUAL, 0));
    }

    @Test
    void a_cluster_without_rules_shares_everything_equally() throws IOException {
        Cases.secret(directory);
        Cluster cluster = valid("cluster: { name: c.example, address: 10.0.0.100/24, interface: eth0, "
                + "secret-file: secret.key, host: { priority: 1, dedicated-address: 10.0.0.11 } }").cluster();
        assertThat(cluster).isNotNull();
        assertThat(cluster.portRules()).containsExactly(Cluster.PortRule.STANDARD);
    }

    @Test
    void a_secret_that_others_can_read_is_a_warning() throws IOException {
        Path secret = Cases.secret(directory);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
        var result = ConfigurationFile.parse("cluster: { name: c.example, address: 10.0.0.100/24, interface: eth0, "
                + "secret-file: secret.key, host: { priority: 1, dedicated-address: 10.0.0.11 } }", name());
        assertThat(result).isInstanceOf(ConfigurationFile.Valid.class);
        assertThat(result.problems()).singleElement().extracting(Problem::message).asString()
                .contains("others can read " + secret).contains("chmod 600");
    }

    @Tag("peer")
    @Test
    void files_are_found_beside_the_configuration_and_looked_into() throws IOException {
        ConfigurationSamples.identity(directory);
        String tls = "    tls: { certificate: cert.pem, key: %s }\n";
        assertThat(service(valid(MINIMAL + tls.formatted("key.pem"))).tls())
                .isEqualTo(new TlsIdentity(directory.resolve("cert.pem"), directory.resolve("key.pem")));
        assertThat(invalid(MINIMAL + tls.formatted("cert.pem"))).singleElement().extracting(Problem::message)
                .asString().contains("cert.pem holds no private key");
        assertThat(invalid(MINIMAL + tls.formatted("."))).singleElement().extracting(Problem::message).asString()
                .contains("is not a file");
    }

    @Test
    void an_alias_repeats_what_an_anchor_named() {
        Configuration configuration = valid(
                """
                        services:
                          one: { listen: 10.0.0.1:80, health-check: &check { type: http, path: /up }, servers: &all { a: 10.0.1.1:80 } }
                          two: { listen: 10.0.0.2:80, health-check: *check, servers: *all }
                        """);
        assertThat(configuration.services().get(1).healthCheck())
                .isEqualTo(configuration.services().getFirst().healthCheck());
    }

    @Test
    void a_file_that_is_missing_or_no_text_is_told_about() throws IOException {
        assertThat(ConfigurationFile.read(directory.resolve("none.yaml")).problems()).singleElement()
                .hasToString(
                        directory.resolve("none.yaml") + ":1:1: the file does not exist");
        Path latin = Files.write(directory.resolve("latin.yaml"), "# ä".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(ConfigurationFile.read(latin).problems()).singleElement().extracting(Problem::message)
                .isEqualTo("the file is not UTF-8 text");
    }

    @Test
    void a_file_of_ten_thousand_servers_is_read_in_time() {
        var text = new StringBuilder("services:\n");
        for (int service = 0; service < 100; service++) {
            text.append("  s%d:\n    listen: 10.1.%d.1:80\n    servers:\n".formatted(service, service));
            for (int server = 1; server <= 100; server++) {
                text.append("      r%d: { address: 10.2.%d.%d:8080, weight: 5 }\n".formatted(server, service, server));
            }
        }
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long startNs = threads.getCurrentThreadCpuTime();
        Configuration configuration = valid(text.toString());
        assertThat(configuration.services()).hasSize(100).allSatisfy(s -> assertThat(s.servers()).hasSize(100));
        // less than a second where it is compiled; of the processor's time, as many builds may share it
        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - startNs)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void the_state_directory_is_where_this_user_can_write() throws IOException {
        Map<String, String> environment = Map.of("XDG_STATE_HOME", "/home/me/.state", "HOME", "/home/me");
        Path system = directory.resolve("sluice");
        assertThat(StateDirectory.standard(system, environment)).isEqualTo(system);
        Path nowhere = Path.of("/proc/sluice");
        assertThat(StateDirectory.standard(nowhere.resolve("x"), environment))
                .isEqualTo(Path.of("/home/me/.state/sluice"));
        assertThat(StateDirectory.standard(nowhere.resolve("x"), Map.of("HOME", "/home/me")))
                .isEqualTo(Path.of("/home/me/.local/state/sluice"));
        assertThat(valid(MINIMAL + "state-directory: state\n").stateDirectory()).isEqualTo(directory.resolve("state"));
    }

    private String name() {
        return directory.resolve("sluice.yaml").toString();
    }

    private Configuration valid(String yaml) {
        var result = ConfigurationFile.parse(yaml, name());
        assertThat(result.problems()).isEmpty();
        assertThat(result).isInstanceOf(ConfigurationFile.Valid.class);
        return ((ConfigurationFile.Valid) result).configuration();
    }

    private List<Problem> invalid(String yaml) {
        var result = ConfigurationFile.parse(yaml, name());
        assertThat(result).isInstanceOf(ConfigurationFile.Invalid.class);
        return result.problems();
    }

    private HealthCheck check(String yaml) {
        return service(valid(MINIMAL + "    health-check: " + yaml + "\n")).healthCheck();
    }

    private static ServiceConfiguration service(Configuration configuration) {
        return configuration.services().getFirst();
    }

    private static Endpoint address(String ip, int port) {
        return new Endpoint(Ip.parse(ip), port);
    }

    private static Cluster.PortRule rule(PortSet ports, Cluster.RuleProtocol protocol, Cluster.Filtering filtering,
            Cluster.RuleAffinity affinity, int timeoutMinutes, int load, int handlingPriority) {
        return new Cluster.PortRule(ports, protocol, filtering, affinity, Duration.ofMinutes(timeoutMinutes), load,
                handlingPriority);
    }
}
