package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.control.api.Outcome;
import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.NamedServer;
import io.sluice.testbed.Nginx;
import io.sluice.testbed.Openssl;
import io.sluice.testbed.ProgramRun;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code tls} of a service and of its servers, between curl and nginx. */
@Tag("peer")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class TlsServiceTest {
    @TempDir
    Path directory;

    @BeforeEach
    void certificates() throws Exception {
        Openssl.certificate(directory, "shop", "ec", "DNS:shop.example");
        Openssl.certificate(directory, "inner", "rsa:2048", "DNS:inner.example");
    }

    @Test
    void curl_reaches_nginx_through_tls_on_both_sides() throws Exception {
        int port = FreePort.next();
        try (Nginx nginx = Nginx.start(directory, """
                server {
                  listen 127.0.0.1:PORT ssl; ssl_certificate inner.pem; ssl_certificate_key inner.key;
                  ssl_protocols TLSv1.3;
                  location / { return 200 "$ssl_server_name over $ssl_protocol"; }
                }
                """); var _ = new RunningDaemon("""
                services:
                  shop:
                    listen: 127.0.0.1:%d
                    tls: { certificate: %s, key: %s }
                    servers:
                      inner:
                        address: 127.0.0.1:%d
                        tls: { ca-file: %s, host: inner.example }
                """.formatted(port, file("shop.pem"), file("shop.key"), nginx.port(), file("inner.pem")))) {
            for (String version : List.of("1.2", "1.3")) {
                ProgramRun answer = curl(port, "--tls-max", version, "--cacert", file("shop.pem").toString());
                assertThat(answer.out()).as("%s %s", answer, nginx.printed()).isEqualTo("inner.example over TLSv1.3");
            }
            ProgramRun doubtful = curl(port, "--cacert", file("inner.pem").toString());
            assertThat(doubtful.exitCode()).as("curl: peer certificate cannot be authenticated").isEqualTo(60);
        }
    }

    @Test
    void a_reload_takes_up_a_renewed_certificate_and_leaves_connections_as_they_are() throws Exception {
        int port = FreePort.next();
        try (var server = new NamedServer("a"); var daemon = new RunningDaemon(terminating(port, server))) {
            try (SSLSocket before = connect(port)) {
                before.getOutputStream().write("hello\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                Openssl.certificate(directory, "renewed", "ec", "DNS:shop.example");
                for (String kind : List.of(".pem", ".key")) {
                    Files.move(file("renewed" + kind), file("shop" + kind), StandardCopyOption.REPLACE_EXISTING);
                }
                assertThat(daemon.control().tell(new Command.Reload(), Caller.DAEMON)).isInstanceOf(Outcome.Done.class);
                try (SSLSocket after = connect(port)) {
                    assertThat(serial(after)).isNotEqualTo(serial(before));
                    assertThat(before.getInputStream().readNBytes(8)).asString().isEqualTo("a\nhello\n");
                }
            }
        }
    }

    @Test
    void a_key_of_another_certificate_is_an_error_with_its_place_and_a_reload_with_it_changes_nothing()
            throws Exception {
        int port = FreePort.next();
        try (var server = new NamedServer("a"); var daemon = new RunningDaemon(terminating(port, server))) {
            String wrong = terminating(port, server).replace("shop.key", "inner.key");
            Path alone = Files.writeString(directory.resolve("wrong.yaml"), wrong);
            var invalid = (ConfigurationFile.Invalid) ConfigurationFile.read(alone);
            assertThat(invalid.problems().toString()).contains(alone + ":4:10: ",
                    "inner.key: not the key of the first certificate in " + file("shop.pem"));
            assertThat(daemon.reload(wrong)).isNotInstanceOf(Outcome.Done.class);
            try (SSLSocket client = connect(port)) {
                assertThat(client.getInputStream().readNBytes(2)).asString().isEqualTo("a\n");
            }
        }
    }

    @Test
    void a_host_that_cannot_be_asked_for_is_refused_before_a_client_meets_it() throws Exception {
        int port = FreePort.next();
        try (var server = new NamedServer("a"); var daemon = new RunningDaemon(terminating(port, server))) {
            Outcome outcome = daemon.reload("""
                    services:
                      shop:
                        listen: 127.0.0.1:%d
                        servers: { a: { address: 127.0.0.1:%d, tls: { host: under_score.example } } }
                    """.formatted(port, server.port()));
            assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.message())
                    .contains("server shop/a: tls: host under_score.example cannot be sent as SNI"));
            try (SSLSocket client = connect(port)) {
                assertThat(client.getInputStream().readNBytes(2)).asString().isEqualTo("a\n");
            }
        }
    }

    // ---- the parts ----

    private static ProgramRun curl(int port, String... options) throws Exception {
        var command = new java.util.ArrayList<>(
                List.of("curl", "-sS", "--max-time", "60", "--noproxy", "*", "--resolve",
                        "shop.example:" + port + ":127.0.0.1", "https://shop.example:" + port + "/"));
        command.addAll(List.of(options));
        return ProgramRun.of(Map.of(), command);
    }

    private String terminating(int port, NamedServer server) {
        return """
                services:
                  shop:
                    listen: 127.0.0.1:%d
                    tls: { certificate: %s, key: %s }
                    servers: { a: 127.0.0.1:%d }
                """.formatted(port, file("shop.pem"), file("shop.key"), server.port());
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    /** Trusts whatever is shown, and looks at it. */
    private static SSLSocket connect(int port) throws Exception {
        SSLContext context = new io.sluice.control.tls.Trust(false, null).context(null);
        SSLSocket client = (SSLSocket) context.getSocketFactory().createSocket(new Socket("127.0.0.1", port),
                "shop.example", port, true);
        client.setSoTimeout(60_000);
        client.startHandshake();
        return client;
    }

    private static String serial(SSLSocket client) throws Exception {
        return ((X509Certificate) client.getSession().getPeerCertificates()[0]).getSerialNumber().toString();
    }
}
