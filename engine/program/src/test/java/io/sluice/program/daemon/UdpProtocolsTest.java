package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testbed.Namespaces;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The configurations of docs/configure/udp-protocols.md as they stand there, on the addresses they name, between the
 * programs the page names: a client, the balancer and two servers, each in a namespace of its own. Needs root.
 */
@Tag("peer")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class UdpProtocolsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path PAGE = Path.of("docs/configure/udp-protocols.md");
    private static final String VIRTUAL = "192.168.94.100";
    /** The servers' namespaces, and what the page calls them. */
    private static final List<String> SERVERS = List.of("a", "b");
    private static final int PATH_MTU = 1400;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path shared;
    @SuppressWarnings("NullAway.Init")
    private static Namespaces net;
    @SuppressWarnings("NullAway.Init")
    private static ChildDaemon daemon;
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;
    private final List<Process> started = new ArrayList<>();

    @BeforeAll
    static void connect() throws Exception {
        net = new Namespaces("client", "lb", "a", "b");
        net.link("lb", "10.9.1.1/24", "client", "10.9.1.2/24");
        route("client", "default", "10.9.1.1");
        Namespaces.run("ip", "-n", net.name("lb"), "address", "add", VIRTUAL + "/32", "dev", "lo");
        for (int i = 0; i < SERVERS.size(); i++) {
            String role = SERVERS.get(i);
            String link = "10.9." + (i + 2);
            List<String> ends = net.link("lb", link + ".1/24", role, link + ".2/24");
            for (int end = 0; end < 2; end++) {
                Namespaces.run("ip", "-n", net.name(end == 0 ? "lb" : role), "link", "set", ends.get(end), "mtu",
                        String.valueOf(PATH_MTU));
            }
            Namespaces.run("ip", "-n", net.name(role), "address", "add", address(role) + "/32", "dev", ends.getLast());
            route(role, "default", link + ".1");
            route("lb", address(role), link + ".2");
        }
        daemon = ChildDaemon.behind(net.in("lb").command(), shared, page() + "metrics: { listen: 127.0.0.1:9100 }\n");
        await().atMost(PATIENCE).until(() -> daemon.out().startsWith("ready") || !daemon.isAlive());
        assertThat(daemon.isAlive()).as(daemon.err()).isTrue();
    }

    private static void route(String role, String to, String via) throws IOException {
        Namespaces.run("ip", "-n", net.name(role), "route", "add", to, "via", via);
    }

    private static String address(String server) {
        return server.equals("a") ? "192.168.94.105" : "192.168.94.106";
    }

    /** All services of the page as one configuration. */
    private static String page() throws IOException {
        var services = new StringBuilder("services:\n");
        Matcher block = Pattern.compile("(?ms)^```yaml\nservices:\n(.*?)^```").matcher(Files.readString(PAGE));
        while (block.find()) {
            services.append(block.group(1));
        }
        return services.toString();
    }

    @AfterAll
    static void disconnect() throws Exception {
        daemon.close();
        net.close();
    }

    @AfterEach
    void stopPrograms() throws Exception {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        assertThat(daemon.isAlive()).isTrue();
        assertThat(daemon.err()).doesNotContain("Exception");
    }

    @Test
    void dns() throws Exception {
        for (String server : SERVERS) {
            dnsmasq(server, "--port=53", "--address=/host.test/192.0.2." + server.replace('a', '1').replace('b', '2'),
                    "--address=/health.test/192.0.2.9");
        }
        awaitUp("dns/a", "dns/b", "dns-tcp/a", "dns-tcp/b");
        Set<String> answers = new TreeSet<>();
        for (int i = 0; i < 10; i++) {
            answers.add(client("dig", "+short", "+time=30", "@" + VIRTUAL, "host.test"));
            answers.add(client("dig", "+short", "+tcp", "+time=30", "@" + VIRTUAL, "host.test"));
        }
        assertThat(answers).containsExactly("192.0.2.1", "192.0.2.2");
        await().atMost(PATIENCE).until(() -> metric("sluice_service_connections{service=\"dns\"}") == 0);
    }

    @Test
    void tftp() throws Exception {
        Path root = Files.createDirectory(directory.resolve("root"));
        byte[] content = new byte[100_000];
        new Random(7).nextBytes(content);
        Files.write(root.resolve("file"), content);
        dnsmasq("a", "--port=0", "--enable-tftp", "--tftp-root=" + root, "--tftp-single-port");
        start("b", "in.tftpd", "--foreground", "--address", address("b") + ":69", "--user", "root", "--secure",
                root.toString());
        awaitUp("tftp/a");
        Path got = directory.resolve("got");
        client("curl", "-sS", "--max-time", "60", "-o", got.toString(), "tftp://" + VIRTUAL + "/file");
        assertThat(Arrays.equals(Files.readAllBytes(got), content)).isTrue();
        assertThat(lastState("tftp/b")).as("it answers its check from another port").isEqualTo("down");
    }

    @Test
    void sip() throws Exception {
        int calls = 50;
        for (String server : SERVERS) {
            start(server, "sipp", "-sn", "uas", "-i", address(server), "-p", "5060", "-nostdin");
            awaitBound(server, 5060);
        }
        awaitUp("sip/a", "sip/b");
        // a socket per call; a message that reaches a server that does not know its call is an error
        client("sipp", "-sn", "uac", VIRTUAL + ":5060", "-i", "10.9.1.2", "-t", "un", "-m", String.valueOf(calls),
                "-r", "50", "-d", "200", "-nostdin", "-max_socket", "1000", "-timeout", "60s", "-timeout_error");
        await().atMost(PATIENCE).until(() -> given("sip", "a") + given("sip", "b") >= calls * 9 / 10.0);
        assertThat(Math.min(given("sip", "a"), given("sip", "b"))).as("affinity").isZero();
    }

    @Test
    void radius() throws Exception {
        for (String server : SERVERS) {
            Path configuration = Files.createDirectory(directory.resolve("radius-" + server));
            Files.writeString(configuration.resolve("dictionary"), "$INCLUDE /usr/share/freeradius/dictionary\n");
            Files.writeString(configuration.resolve("radiusd.conf"), """
                    logdir = %1$s
                    run_dir = %1$s
                    security {
                      status_server = yes
                    }
                    client balancer {
                      ipaddr = 10.9.0.0/16
                      secret = testing123
                    }
                    modules {
                      pap {
                      }
                      always ok {
                        rcode = ok
                      }
                    }
                    server default {
                      listen {
                        type = auth
                        ipaddr = %2$s
                        port = 1812
                      }
                      listen {
                        type = acct
                        ipaddr = %2$s
                        port = 1813
                      }
                      authorize {
                        update control {
                          &Cleartext-Password := "secret"
                        }
                        update reply {
                          &Reply-Message := "from %3$s"
                        }
                        pap
                      }
                      authenticate {
                        Auth-Type PAP {
                          pap
                        }
                      }
                      preacct {
                        ok
                      }
                      accounting {
                        ok
                      }
                    }
                    """.formatted(configuration, address(server), server));
            start(server, "freeradius", "-f", "-l", "stdout", "-d", configuration.toString(), "-n", "radiusd");
        }
        awaitUp("radius/a", "radius/b");
        Set<String> servers = new TreeSet<>();
        for (int i = 0; i < 4; i++) {
            String answer = client("sh", "-c", "echo 'User-Name=user,User-Password=secret' | radclient -x " + VIRTUAL
                    + ":1812 auth testing123");
            assertThat(answer).contains("Access-Accept");
            servers.add(answer.replaceAll("(?s).*Reply-Message = \"(.*?)\".*", "$1"));
            assertThat(client("sh", "-c", "echo 'User-Name=user,Acct-Status-Type=Start,Acct-Session-Id=1' | "
                    + "radclient -x " + VIRTUAL + ":1813 acct testing123")).contains("Accounting-Response");
        }
        assertThat(servers).as("affinity").hasSize(1);
        assertThat(Math.min(given("radius", "a"), given("radius", "b"))).as("affinity, over both ports").isZero();
    }

    @Test
    void syslog() throws Exception {
        int senders = 4;
        int lines = 100;
        for (String server : SERVERS) {
            Path configuration = directory.resolve("rsyslog-" + server + ".conf");
            Files.writeString(configuration, """
                    module(load="imudp")
                    global(workDirectory="%1$s")
                    template(name="raw" type="string" string="%%msg%%\\n")
                    input(type="imudp" address="%2$s" port="514" rcvbufSize="4m")
                    action(type="omfile" file="%1$s/log-%3$s" template="raw")
                    """.formatted(directory, address(server), server));
            start(server, "rsyslogd", "-n", "-f", configuration.toString(), "-i", directory + "/pid-" + server);
            awaitBound(server, 514);
        }
        awaitUp("syslog/a", "syslog/b");
        for (int sender = 0; sender < senders; sender++) {
            Process logger = start("client", "logger", "--udp", "-n", VIRTUAL, "-P", "514", "-t", "test");
            try (Writer to = logger.outputWriter()) {
                to.write(String.join("\n", lines(sender, lines)) + "\n");
            }
            assertThat(logger.waitFor()).isZero();
        }
        await().atMost(PATIENCE).until(() -> logged("a").size() + logged("b").size() == senders * lines);
        for (int sender = 0; sender < senders; sender++) {
            String prefix = "sender " + sender + " ";
            List<String> sent = lines(sender, lines);
            assertThat(SERVERS).anySatisfy(server -> assertThat(
                    logged(server).stream().filter(line -> line.startsWith(prefix))).isEqualTo(sent));
        }
    }

    private static List<String> lines(int sender, int count) {
        return IntStream.range(0, count).mapToObj(line -> "sender " + sender + " line " + line).toList();
    }

    /** Lines that are written to their end. */
    private List<String> logged(String server) throws IOException {
        Path log = directory.resolve("log-" + server);
        String text = Files.exists(log) ? Files.readString(log) : "";
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().map(String::strip).toList();
    }

    @Test
    void quic() throws Exception {
        byte[] content = new byte[1_000_000];
        new Random(7).nextBytes(content);
        Path documents = Files.createDirectory(directory.resolve("documents"));
        Path file = Files.write(documents.resolve("file"), content);
        Path key = directory.resolve("key.pem");
        Path certificate = directory.resolve("certificate.pem");
        client("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                "2", "-keyout", key.toString(), "-out", certificate.toString(), "-subj", "/CN=localhost");
        for (String server : SERVERS) {
            start(server, "gtlsserver", "-q", "-d", documents.toString(), address(server), "443", key.toString(),
                    certificate.toString());
            awaitBound(server, 443);
        }
        awaitUp("quic/a", "quic/b");
        client("gtlsclient", "-q", "--exit-on-all-streams-close", "--no-quic-dump", "--no-http-dump",
                "--download=" + directory, VIRTUAL, "443", "https://localhost/file");
        assertThat(Arrays.equals(Files.readAllBytes(directory.resolve("file")), content)).isTrue();
        // what it sends is long enough to find out what the path carries
        client("gtlsclient", "-q", "--exit-on-all-streams-close", "--no-quic-dump", "--no-http-dump", "--timeout=60s",
                "-d", file.toString(), VIRTUAL, "443", "https://localhost/file");
        assertThat(client("ip", "route", "get", VIRTUAL)).contains("mtu " + PATH_MTU);
    }

    @Test
    void wireguard() throws Exception {
        Tunnel server = new Tunnel("a", net.name("a") + "s");
        Tunnel client = new Tunnel("client", net.name("a") + "c");
        run("a", "wg", "set", server.device, "listen-port", "51820", "peer", client.publicKey, "allowed-ips",
                "10.99.7.2/32");
        run("client", "wg", "set", client.device, "peer", server.publicKey, "allowed-ips", "10.99.7.1/32", "endpoint",
                VIRTUAL + ":51820", "persistent-keepalive", "25");
        server.up("10.99.7.1/24");
        client.up("10.99.7.2/24");
        awaitUp("wireguard/a");
        assertThat(client("ping", "-c", "10", "-i", "0.05", "-s", "1300", "-W", "20", "10.99.7.1"))
                .contains("10 received");
        start("a", "socat", "-u", "OPEN:/dev/zero,readbytes=2000000", "TCP-LISTEN:9000,reuseaddr");
        await().atMost(PATIENCE).until(() -> run("a", "ss", "-Hltn", "sport", "=", ":9000").contains("9000"));
        Path got = directory.resolve("through-the-tunnel");
        client("socat", "-u", "TCP:10.99.7.1:9000", "CREATE:" + got);
        assertThat(Files.size(got)).isEqualTo(2_000_000);
        assertThat(given("wireguard", "a") + given("wireguard", "b")).as("the tunnel is one session").isEqualTo(1);
    }

    /** WireGuard in user space. */
    private final class Tunnel {
        final String publicKey;
        private final String role;
        private final String device;

        Tunnel(String role, String device) throws Exception {
            this.role = role;
            this.device = device;
            start(role, "wireguard-go", "-f", device);
            await().atMost(PATIENCE).until(
                    () -> net.in(role, "wg", "show", device).redirectErrorStream(true).start().waitFor() == 0);
            Path key = directory.resolve(role + ".key");
            Files.writeString(key, run(role, "wg", "genkey"));
            run(role, "wg", "set", device, "private-key", key.toString());
            publicKey = run(role, "wg", "show", device, "public-key");
        }

        void up(String address) throws Exception {
            run(role, "ip", "address", "add", address, "dev", device);
            run(role, "ip", "link", "set", device, "mtu", String.valueOf(PATH_MTU - 60), "up");
        }
    }

    @Test
    void ike() throws Exception {
        for (String server : SERVERS) {
            charon(server, "remote_addrs = %any", address(server));
        }
        awaitUp("ike/a", "ike/b");
        charon("client", "remote_addrs = " + VIRTUAL, "10.9.1.2");
        String said = run("client", unconfined("/usr/sbin/swanctl"), "--initiate", "--ike", "vpn", "--timeout", "30", "--uri",
                vici("client"));
        assertThat(said).contains("initiate completed successfully");
        String established = client(unconfined("/usr/sbin/swanctl"), "--list-sas", "--uri", vici("client"));
        assertThat(established).contains("ESTABLISHED").contains("[4500]");
        // one server had the session on either port
        assertThat(List.of(given("ike", "a"), given("ike", "b"))).containsExactlyInAnyOrder(0.0, 2.0);
    }

    private String vici(String role) {
        return "unix://" + directory.resolve("vici-" + role);
    }

    /** Each under a /run of its own, where its process id stands. */
    private void charon(String role, String remote, String local) throws Exception {
        Path settings = Files.writeString(directory.resolve("strongswan-" + role + ".conf"), """
                charon {
                  load = random nonce aes sha1 sha2 hmac kdf gmp socket-default kernel-netlink vici
                  install_routes = no
                  plugins {
                    vici {
                      socket = %s
                    }
                  }
                }
                """.formatted(vici(role)));
        Path connections = Files.writeString(directory.resolve("swanctl-" + role + ".conf"), """
                connections {
                  vpn {
                    version = 2
                    %s
                    childless = force
                    proposals = aes128-sha256-modp2048
                    local {
                      auth = psk
                      id = %s
                    }
                    remote {
                      auth = psk
                    }
                  }
                }
                secrets {
                  ike {
                    secret = "a shared secret"
                  }
                }
                """.formatted(remote, role.equals("client") ? "client" : "gateway"));
        start(role, "sh", "-c", "mount -t tmpfs tmpfs /run && STRONGSWAN_CONF=" + settings
                + " exec " + unconfined("/usr/lib/ipsec/charon"));
        await().atMost(PATIENCE).until(() -> Files.exists(directory.resolve("vici-" + role)));
        run(role, unconfined("/usr/sbin/swanctl"), "--load-all", "--file", connections.toString(), "--uri", vici(role));
    }

    /** A copy, which AppArmor's profile for the program does not keep from reading the test's files. */
    private String unconfined(String program) throws IOException {
        Path copy = directory.resolve(program.substring(program.lastIndexOf('/') + 1));
        if (!Files.exists(copy)) {
            Files.copy(Path.of(program), copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
        return copy.toString();
    }

    private void dnsmasq(String server, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of("dnsmasq", "--keep-in-foreground", "--no-resolv", "--no-hosts",
                "--conf-file=/dev/null", "--listen-address=" + address(server), "--user=root",
                "--pid-file=" + directory.resolve("dnsmasq-" + server)));
        command.addAll(List.of(more));
        start(server, command.toArray(String[]::new));
    }

    private static void awaitUp(String... servers) {
        for (String server : servers) {
            await().atMost(PATIENCE).until(() -> lastState(server), "up"::equals);
        }
    }

    /** As its check says by now. */
    private static String lastState(String server) throws IOException {
        String state = "";
        Matcher line = Pattern.compile(" " + server + ": (up|down)\\b").matcher(daemon.err());
        while (line.find()) {
            state = line.group(1);
        }
        return state;
    }

    /** Sessions that a server was given so far. */
    private static double given(String service, String server) throws IOException {
        return metric("sluice_server_connections_total{server=\"" + server + "\",service=\"" + service + "\"}");
    }

    private static double metric(String name) throws IOException {
        return Namespaces.output(net.in("lb", "curl", "-sS", "http://127.0.0.1:9100/metrics")).lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length()))).findFirst().orElseThrow();
    }

    private void awaitBound(String role, int port) {
        await().atMost(PATIENCE).until(
                () -> run(role, "ss", "-Hlun", "sport", "=", ":" + port).contains(":" + port));
    }

    private Process start(String role, String... command) throws IOException {
        Process process = net.in(role, command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(directory.resolve("output" + started.size()).toFile()).start();
        started.add(process);
        return process;
    }

    private String client(String... command) throws Exception {
        return run("client", command);
    }

    private String run(String role, String... command) throws Exception {
        Process process = net.in(role, command).directory(directory.toFile()).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(String.join(" ", command) + ": " + output).isZero();
        return output;
    }
}
