package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.Writer;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
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
    private static final Duration PATIENCE = UdpPageBed.PATIENCE;
    private static final String VIRTUAL = UdpPageBed.VIRTUAL;
    private static final List<String> SERVERS = UdpPageBed.SERVERS;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path shared;
    @SuppressWarnings("NullAway.Init")
    private static UdpPageBed bed;
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @BeforeAll
    static void connect() throws Exception {
        bed = new UdpPageBed(shared);
    }

    @AfterAll
    static void disconnect() throws Exception {
        bed.close();
    }

    @BeforeEach
    void work() {
        bed.workIn(directory);
    }

    @AfterEach
    void stopPrograms() throws Exception {
        bed.stopPrograms();
    }

    @Test
    void dns() throws Exception {
        for (String server : SERVERS) {
            dnsmasq(server, "--port=53", "--address=/host.test/192.0.2." + server.replace('a', '1').replace('b', '2'),
                    "--address=/health.test/192.0.2.9");
        }
        bed.awaitUp("dns/a", "dns/b", "dns-tcp/a", "dns-tcp/b");
        Set<String> answers = new TreeSet<>();
        for (int i = 0; i < 10; i++) {
            answers.add(client("dig", "+short", "+time=30", "@" + VIRTUAL, "host.test"));
            answers.add(client("dig", "+short", "+tcp", "+time=30", "@" + VIRTUAL, "host.test"));
        }
        assertThat(answers).containsExactly("192.0.2.1", "192.0.2.2");
        await().atMost(PATIENCE).until(() -> bed.metric("sluice_service_connections{service=\"dns\"}") == 0);
    }

    @Test
    void tftp() throws Exception {
        Path root = Files.createDirectory(directory.resolve("root"));
        byte[] content = new byte[100_000];
        new Random(7).nextBytes(content);
        Files.write(root.resolve("file"), content);
        dnsmasq("a", "--port=0", "--enable-tftp", "--tftp-root=" + root, "--tftp-single-port");
        bed.start("b", "in.tftpd", "--foreground", "--address", UdpPageBed.address("b") + ":69", "--user", "root",
                "--secure", root.toString());
        bed.awaitUp("tftp/a");
        Path got = directory.resolve("got");
        client("curl", "-sS", "--max-time", "60", "-o", got.toString(), "tftp://" + VIRTUAL + "/file");
        assertThat(Arrays.equals(Files.readAllBytes(got), content)).isTrue();
        assertThat(bed.lastState("tftp/b")).as("it answers its check from another port").isEqualTo("down");
    }

    @Test
    void sip() throws Exception {
        int calls = 50;
        for (String server : SERVERS) {
            bed.start(server, "sipp", "-sn", "uas", "-i", UdpPageBed.address(server), "-p", "5060", "-nostdin");
            bed.awaitBound(server, 5060);
        }
        bed.awaitUp("sip/a", "sip/b");
        // a socket per call; a message that reaches a server that does not know its call is an error
        client("sipp", "-sn", "uac", VIRTUAL + ":5060", "-i", "10.9.1.2", "-t", "un", "-m", String.valueOf(calls),
                "-r", "50", "-d", "200", "-nostdin", "-max_socket", "1000", "-timeout", "60s", "-timeout_error");
        await().atMost(PATIENCE).until(() -> bed.given("sip", "a") + bed.given("sip", "b") >= calls * 9 / 10.0);
        assertThat(Math.min(bed.given("sip", "a"), bed.given("sip", "b"))).as("affinity").isZero();
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
                    """.formatted(configuration, UdpPageBed.address(server), server));
            bed.start(server, "freeradius", "-f", "-l", "stdout", "-d", configuration.toString(), "-n", "radiusd");
        }
        bed.awaitUp("radius/a", "radius/b");
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
        assertThat(Math.min(bed.given("radius", "a"), bed.given("radius", "b"))).as("affinity over both ports")
                .isZero();
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
                    """.formatted(directory, UdpPageBed.address(server), server));
            bed.start(server, "rsyslogd", "-n", "-f", configuration.toString(), "-i", directory + "/pid-" + server);
            bed.awaitBound(server, 514);
        }
        bed.awaitUp("syslog/a", "syslog/b");
        for (int sender = 0; sender < senders; sender++) {
            Process logger = bed.start("client", "logger", "--udp", "-n", VIRTUAL, "-P", "514", "-t", "test");
            try (Writer to = logger.outputWriter()) {
                to.write(String.join("\n", lines(sender, lines)) + "\n");
            }
            assertThat(logger.waitFor()).isZero();
        }
        await().atMost(PATIENCE).until(() -> logged("a").size() + logged("b").size() == senders * lines);
        String server = logged("a").isEmpty() ? "b" : "a"; // all of them: affinity
        List<String> sent = IntStream.range(0, senders).mapToObj(sender -> lines(sender, lines)).flatMap(List::stream)
                .toList();
        assertThat(logged(server)).containsExactlyInAnyOrderElementsOf(sent);
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
            bed.start(server, "gtlsserver", "-q", "-d", documents.toString(), UdpPageBed.address(server), "443",
                    key.toString(), certificate.toString());
            bed.awaitBound(server, 443);
        }
        bed.awaitUp("quic/a", "quic/b");
        client("gtlsclient", "-q", "--exit-on-all-streams-close", "--no-quic-dump", "--no-http-dump",
                "--download=" + directory, VIRTUAL, "443", "https://localhost/file");
        assertThat(Arrays.equals(Files.readAllBytes(directory.resolve("file")), content)).isTrue();
        // what it sends is long enough to find out what the path carries
        client("gtlsclient", "-q", "--exit-on-all-streams-close", "--no-quic-dump", "--no-http-dump", "--timeout=60s",
                "-d", file.toString(), VIRTUAL, "443", "https://localhost/file");
        assertThat(client("ip", "route", "get", VIRTUAL)).contains("mtu " + UdpPageBed.PATH_MTU);
    }

    @Test
    void wireguard() throws Exception {
        Tunnel server = new Tunnel("a", bed.net.name("a") + "s");
        Tunnel client = new Tunnel("client", bed.net.name("a") + "c");
        bed.run("a", "wg", "set", server.device, "listen-port", "51820", "peer", client.publicKey, "allowed-ips",
                "10.99.7.2/32");
        bed.run("client", "wg", "set", client.device, "peer", server.publicKey, "allowed-ips", "10.99.7.1/32",
                "endpoint", VIRTUAL + ":51820", "persistent-keepalive", "25");
        server.up("10.99.7.1/24");
        client.up("10.99.7.2/24");
        bed.awaitUp("wireguard/a");
        assertThat(client("ping", "-c", "10", "-i", "0.05", "-s", "1300", "-W", "20", "10.99.7.1"))
                .contains("10 received");
        bed.start("a", "socat", "-u", "OPEN:/dev/zero,readbytes=2000000", "TCP-LISTEN:9000,reuseaddr");
        await().atMost(PATIENCE).until(() -> bed.run("a", "ss", "-Hltn", "sport", "=", ":9000").contains("9000"));
        Path got = directory.resolve("through-the-tunnel");
        client("socat", "-u", "TCP:10.99.7.1:9000", "CREATE:" + got);
        assertThat(Files.size(got)).isEqualTo(2_000_000);
        assertThat(bed.given("wireguard", "a") + bed.given("wireguard", "b")).as("the tunnel is one session")
                .isEqualTo(1);
    }

    /** WireGuard in user space. */
    private final class Tunnel {
        final String publicKey;
        private final String role;
        private final String device;

        Tunnel(String role, String device) throws Exception {
            this.role = role;
            this.device = device;
            bed.start(role, "wireguard-go", "-f", device);
            await().atMost(PATIENCE).until(
                    () -> bed.net.in(role, "wg", "show", device).redirectErrorStream(true).start().waitFor() == 0);
            Path key = directory.resolve(role + ".key");
            Files.writeString(key, bed.run(role, "wg", "genkey"));
            bed.run(role, "wg", "set", device, "private-key", key.toString());
            publicKey = bed.run(role, "wg", "show", device, "public-key");
        }

        void up(String address) throws Exception {
            bed.run(role, "ip", "address", "add", address, "dev", device);
            bed.run(role, "ip", "link", "set", device, "mtu", String.valueOf(UdpPageBed.PATH_MTU - 60), "up");
        }
    }

    @Test
    void ike() throws Exception {
        for (String server : SERVERS) {
            charon(server, "remote_addrs = %any");
        }
        bed.awaitUp("ike/a", "ike/b");
        charon("client", "remote_addrs = " + VIRTUAL);
        String said = client(unconfined("/usr/sbin/swanctl"), "--initiate", "--ike", "vpn", "--timeout", "30", "--uri",
                vici("client"));
        assertThat(said).contains("initiate completed successfully");
        String established = client(unconfined("/usr/sbin/swanctl"), "--list-sas", "--uri", vici("client"));
        assertThat(established).contains("ESTABLISHED").contains("[4500]");
        // one server had the session on either port
        assertThat(List.of(bed.given("ike", "a"), bed.given("ike", "b"))).containsExactlyInAnyOrder(0.0, 2.0);
    }

    private String vici(String role) {
        return "unix://" + directory.resolve("vici-" + role);
    }

    /** Each under a /run of its own, where its process id stands. */
    private void charon(String role, String remote) throws Exception {
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
        bed.start(role, "sh", "-c", "mount -t tmpfs tmpfs /run && STRONGSWAN_CONF=" + settings
                + " exec " + unconfined("/usr/lib/ipsec/charon"));
        await().atMost(PATIENCE).until(() -> Files.exists(directory.resolve("vici-" + role)));
        bed.run(role, unconfined("/usr/sbin/swanctl"), "--load-all", "--file", connections.toString(), "--uri",
                vici(role));
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
                "--conf-file=/dev/null", "--listen-address=" + UdpPageBed.address(server), "--user=root",
                "--pid-file=" + directory.resolve("dnsmasq-" + server)));
        command.addAll(List.of(more));
        bed.start(server, command.toArray(String[]::new));
    }

    private static String client(String... command) throws Exception {
        return bed.run("client", command);
    }

}
