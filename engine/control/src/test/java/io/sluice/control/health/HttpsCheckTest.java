package io.sluice.control.health;

import static io.sluice.control.health.Recorder.QUICK;
import static io.sluice.control.health.Recorder.failing;
import static io.sluice.control.health.Recorder.local;
import static io.sluice.control.health.Recorder.once;
import static io.sluice.control.health.Recorder.timing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.ServerHealth;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.testbed.Nginx;
import io.sluice.testbed.Program;
import io.sluice.testbed.RawServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against nginx with two names behind one port, and openssl s_server. */
@Tag("peer")
class HttpsCheckTest {
    @TempDir
    static Path folder;
    private static Nginx nginx;

    @BeforeAll
    static void certificates_and_nginx() throws Exception {
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
                "-subj", "/CN=Private Authority", "-keyout", "ca.key", "-out", "ca.pem");
        signed("psm", "DNS:psm.example", "-days", "30");
        signed("other", "DNS:other.example", "-days", "30");
        signed("address", "IP:127.0.0.1", "-days", "30");
        signed("expired", "DNS:psm.example", "-not_before", "20200101000000Z", "-not_after", "20200201000000Z");
        startNginx();
    }

    private static void openssl(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Program.run(folder, "openssl", command);
    }

    private static void signed(String name, String alternative, String... validity) throws Exception {
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=" + name,
                "-keyout", name + ".key", "-out", name + ".csr");
        Files.writeString(folder.resolve(name + ".ext"), "subjectAltName=" + alternative + "\n");
        if (validity[0].equals("-days")) {
            openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                    "-extfile", name + ".ext", "-out", name + ".pem", validity[0], validity[1]);
            return;
        }
        // openssl 3.0's x509 command has no dates: its ca command does
        Files.writeString(folder.resolve("index.txt"), "");
        Files.writeString(folder.resolve("serial"), "1000\n");
        Files.writeString(folder.resolve("ca.cnf"), """
                [ca]
                default_ca = own
                [own]
                database = index.txt
                serial = serial
                new_certs_dir = .
                default_md = sha256
                policy = any
                [any]
                commonName = supplied
                """);
        openssl("ca", "-batch", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-in", name + ".csr",
                "-extfile", name + ".ext", "-out", name + ".pem", "-notext", "-startdate", validity[1], "-enddate",
                validity[3]);
    }

    private static void startNginx() throws Exception {
        nginx = Nginx.start(folder, """
                server {
                  listen 127.0.0.1:PORT ssl default_server; server_name other.example;
                  ssl_certificate other.pem; ssl_certificate_key other.key;
                  return 404 "wrong name";
                }
                server {
                  listen 127.0.0.1:PORT ssl; server_name psm.example;
                  ssl_certificate psm.pem; ssl_certificate_key psm.key;
                  location = /psm/api/health { return 200 "all PASS $ssl_server_name"; }
                  location = /sick { return 503 "FAIL"; }
                  location = /moved { return 302 /psm/api/health; }
                }
                """);
    }

    @AfterAll
    static void stop() {
        nginx.close();
    }

    private static HealthCheck.Http check(String path, @Nullable String host, @Nullable String expect, boolean verify,
            @Nullable String caFile) {
        return new HealthCheck.Http(0, HealthCheck.Http.Request.get(path, host), expect,
                HealthCheck.Http.STANDARD_STATUS,
                new HealthCheck.Secured(verify, caFile == null ? null : folder.resolve(caFile), false), QUICK);
    }

    @Test
    void host_is_sent_as_sni_and_as_host_header() {
        CheckStatus status = once(nginx.address,
                check("/psm/api/health", "psm.example", "PASS psm.example", true, "ca.pem"));
        assertThat(status.detail()).isEqualTo("HTTPS GET /psm/api/health: 200 and body has PASS psm.example");
        assertThat(status.state()).isEqualTo(ServerHealth.UP);
    }

    @Test
    void an_unverified_certificate_may_be_of_anyone() {
        assertThat(once(nginx.address, check("/psm/api/health", "psm.example", "PASS", false, null)).state())
                .isEqualTo(ServerHealth.UP);
        assertThat(once(nginx.address, check("/", null, null, false, null)).detail())
                .isEqualTo("HTTPS GET /: 404 Not Found, not 200-399");
    }

    @Test
    void an_unknown_authority_is_named_as_the_reason() {
        CheckStatus status = once(nginx.address, check("/psm/api/health", "psm.example", "PASS", true, null));
        assertThat(status.state()).isEqualTo(ServerHealth.DOWN);
        assertThat(status.detail()).isEqualTo("HTTPS GET /psm/api/health: TLS: no trusted authority signed the"
                + " certificate (set ca-file to trust its own)");
    }

    @Test
    void a_certificate_for_another_name_is_named_as_the_reason() {
        CheckStatus status = once(nginx.address, check("/", "wrong.example", null, true, "ca.pem"));
        assertThat(status.state()).isEqualTo(ServerHealth.DOWN);
        assertThat(status.detail()).contains("the certificate is not valid (No subject alternative DNS name matching"
                + " wrong.example found");
    }

    @Test
    void without_a_host_the_certificate_must_hold_the_address() throws Exception {
        try (Server server = new Server("address")) {
            assertThat(once(server.address, check("/", null, "s_server", true, "ca.pem")).state())
                    .isEqualTo(ServerHealth.UP);
        }
        assertThat(once(nginx.address, check("/", null, null, true, "ca.pem")).detail())
                .contains("No subject alternative names matching IP address 127.0.0.1 found");
    }

    @Test
    void an_expired_certificate_is_named_as_the_reason() throws Exception {
        try (Server server = new Server("expired")) {
            CheckStatus status = once(server.address, check("/", "psm.example", null, true, "ca.pem"));
            assertThat(status.state()).isEqualTo(ServerHealth.DOWN);
            assertThat(status.detail()).contains("TLS: the certificate has expired", "2020");
            assertThat(once(server.address, check("/", "psm.example", null, false, null)).state())
                    .isEqualTo(ServerHealth.UP);
        }
    }

    @Test
    void sni_chooses_the_certificate_of_openssl_too() throws Exception {
        try (Server server = new Server("other", "-servername", "psm.example", "-cert2", "psm.pem", "-key2",
                "psm.key")) {
            assertThat(once(server.address, check("/", "psm.example", "s_server", true, "ca.pem")).state())
                    .isEqualTo(ServerHealth.UP);
        }
    }

    @Test
    void a_ca_file_that_cannot_be_read_is_named() throws Exception {
        assertThat(once(nginx.address, check("/", "psm.example", null, true, "missing.pem")).detail())
                .contains("cannot use ca-file", "missing.pem: it does not exist");
        Files.writeString(folder.resolve("empty.pem"), "nothing\n");
        assertThat(once(nginx.address, check("/", "psm.example", null, true, "empty.pem")).detail())
                .contains("cannot use ca-file", "empty.pem");
    }

    @Test
    void a_renewed_ca_file_is_used_without_a_reload() throws Exception {
        Path file = folder.resolve("renewed.pem");
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
                "-subj", "/CN=Old Authority", "-keyout", "old.key", "-out", "renewed.pem");
        try (Recorder recorder = new Recorder()) {
            recorder.checks.apply(List
                    .of(Recorder.target("A", nginx.address,
                            check("/moved", "psm.example", null, true, "renewed.pem"))));
            recorder.awaitState("A", ServerHealth.DOWN);
            Files.copy(folder.resolve("ca.pem"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            assertThat(recorder.awaitState("A", ServerHealth.UP).detail())
                    .isEqualTo("HTTPS GET /moved: 302 Moved Temporarily");
        }
    }

    @Test
    void a_sick_answer_over_tls_is_down() {
        assertThat(once(nginx.address, check("/sick", "psm.example", null, false, null)).detail())
                .isEqualTo("HTTPS GET /sick: 503 Service Temporarily Unavailable, not 200-399");
    }

    @Test
    void a_port_without_tls_is_down_and_said_to_be() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 400 Bad Request\r\n\r\n")) {
            // it reads up to an empty line that a ClientHello may not hold: a timeout, or nonsense, never up
            var check = new HealthCheck.Http(0, HealthCheck.Http.Request.get("/", null), null,
                    HealthCheck.Http.STANDARD_STATUS, new HealthCheck.Secured(false, null, false), timing(1000, 500));
            try (Recorder recorder = new Recorder()) {
                recorder.checks.apply(List.of(Recorder.target("A", server.address(), check)));
                recorder.awaitStatus("A", status -> {
                    assertThat(status.state()).isNotEqualTo(ServerHealth.UP);
                    return status.state() == ServerHealth.DOWN && (status.detail().contains("TLS: ")
                            || status.detail().contains("no TLS handshake within 500ms"));
                });
            }
        }
    }

    @Test
    void a_server_that_knows_only_rsa_key_exchange_is_said_to_share_no_cipher_suite() throws Exception {
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=old", "-keyout",
                "old-rsa.key",
                "-out", "old-rsa.pem");
        try (Server server = new Server("old-rsa", "-tls1_2", "-cipher", "kRSA")) {
            assertThat(once(server.address, check("/", null, null, false, null)).detail()).isEqualTo("HTTPS GET /: TLS:"
                    + " the server shares no cipher suite with Sluice (handshake_failure); if it knows TLS 1.2 with RSA"
                    + " key exchange alone, give it ECDHE or set rsa-key-exchange: true");
        }
    }

    @Test
    void a_handshake_that_never_ends_is_ended_at_the_timeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            var check = new HealthCheck.Http(0, HealthCheck.Http.Request.get("/", null), null,
                    HealthCheck.Http.STANDARD_STATUS, new HealthCheck.Secured(false, null, false), timing(1000, 300));
            CheckStatus status = failing(local(silent.getLocalPort()), check,
                    "HTTPS GET /: timed out: no TLS handshake within 300ms");
            assertThat(Duration.ofNanos(status.latencyNs())).isGreaterThanOrEqualTo(Duration.ofMillis(290));
        }
    }

    /** openssl s_server on a port of its own choice, answering every GET with a page about the connection. */
    private static final class Server implements AutoCloseable {
        private final Program program;
        final InetSocketAddress address;

        Server(String certificate, String... more) throws IOException {
            var command = new ArrayList<>(List.of("openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert",
                    certificate + ".pem", "-key", certificate + ".key"));
            command.addAll(List.of(more));
            program = Program.start(folder, "openssl", command);
            Pattern accept = Pattern.compile("ACCEPT 127\\.0\\.0\\.1:(\\d+)\\s");
            Matcher found = await().atMost(Recorder.DEADLINE).until(() -> accept.matcher(program.printed()),
                    Matcher::find);
            address = local(Integer.parseInt(found.group(1)));
        }

        @Override
        public void close() {
            program.close();
        }
    }
}
