package io.sluice.control.health;

import static io.sluice.control.health.Recorder.QUICK;
import static io.sluice.control.health.Recorder.failing;
import static io.sluice.control.health.Recorder.local;
import static io.sluice.control.health.Recorder.once;
import static io.sluice.control.health.Recorder.timing;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.api.ServerHealth;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.Openssl;
import io.sluice.testbed.Program;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against openssl s_server. */
@Tag("peer")
class TlsCheckTest {
    private static final int VALID_DAYS = 30;

    @TempDir
    static Path folder;
    private static InetSocketAddress address;
    private static Program server;

    @BeforeAll
    static void start() throws Exception {
        Program.run(folder, "openssl", List.of("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1", "-nodes", "-days", "" + VALID_DAYS, "-subj", "/CN=psm", "-addext",
                "subjectAltName=DNS:psm.example", "-keyout", "psm.key", "-out", "psm.pem"));
        address = local(FreePort.next());
        server = sServer(address, "psm");
    }

    private static Program sServer(InetSocketAddress at, String certificate, String... more) throws IOException {
        var command = new ArrayList<>(List.of("openssl", "s_server", "-accept", "127.0.0.1:" + at.getPort(), "-quiet",
                "-cert", certificate + ".pem", "-key", certificate + ".key"));
        command.addAll(List.of(more));
        Program started = Program.start(folder, "openssl", command);
        assertThat(started.accepts(at)).as(started.printed()).isTrue();
        return started;
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HealthCheck.Tls check(@Nullable String host, boolean verify, int daysLeft) {
        return new HealthCheck.Tls(0, host,
                new HealthCheck.Secured(verify, verify ? folder.resolve("psm.pem") : null, false), daysLeft, QUICK);
    }

    @Test
    void a_handshake_is_enough_and_the_end_of_the_certificate_is_told() {
        CheckStatus status = once(address, check("psm.example", true, 0));
        assertThat(status.detail()).matches("TLS handshake with 127.0.0.1:\\d+: TLSv1.3, certificate valid until "
                + "(" + end(-1) + "|" + end(0) + "), for (29|30) days");
        assertThat(status.state()).isEqualTo(ServerHealth.UP);
    }

    private static LocalDate end(int more) {
        return LocalDate.now(ZoneOffset.UTC).plusDays(VALID_DAYS + more);
    }

    @Test
    void a_certificate_that_ends_too_soon_is_down_even_if_it_is_not_verified() {
        assertThat(once(address, check("psm.example", true, 29)).state()).isEqualTo(ServerHealth.UP);
        CheckStatus status = once(address, check(null, false, 60));
        assertThat(status.state()).isEqualTo(ServerHealth.DOWN);
        assertThat(status.detail()).matches(".*: the certificate is valid until \\d{4}-\\d\\d-\\d\\d, for (29|30) days,"
                + " not for 60");
    }

    @Test
    void a_certificate_for_another_name_is_down() {
        CheckStatus status = once(address, check("other.example", true, 0));
        assertThat(status.state()).isEqualTo(ServerHealth.DOWN);
        assertThat(status.detail()).contains(": TLS: the certificate is not valid (").contains("other.example");
    }

    @Test
    void who_does_not_speak_tls_is_down_with_the_reason() throws Exception {
        assertThat(once(local(ConnectCheckTest.refusingPort()), check(null, false, 0)).detail())
                .endsWith(": connection refused");
        try (ResettingServer resetting = new ResettingServer()) {
            assertThat(once(resetting.address(), check(null, false, 0)).detail()).endsWith(": connection reset");
        }
        try (ServerSocket silent = new ServerSocket(0)) {
            failing(local(silent.getLocalPort()), new HealthCheck.Tls(0, null,
                    new HealthCheck.Secured(false, null, false), 0, timing(1000, 300)),
                    ": timed out: no TLS handshake within 300ms");
        }
    }

    // ---- TLS 1.2 with RSA key exchange ----

    @Test
    void rsa_key_exchange_works_where_it_is_allowed_and_nowhere_else() throws Exception {
        Openssl.certificate(folder, "old", "rsa:2048", "DNS:old.example");
        InetSocketAddress old = local(FreePort.next());
        try (Program _ = sServer(old, "old", "-tls1_2", "-cipher", "kRSA")) {
            List<String> plain = process("as-is");
            List<String> permitted = process("permit", "" + old.getPort(), "" + address.getPort());
            assertThat(permitted.subList(0, 2)).as("suites that servers and clients use by themselves")
                    .isEqualTo(plain).allSatisfy(suites -> assertThat(suites).doesNotContain("TLS_RSA_"));
            assertThat(permitted.get(2)).contains(": TLSv1.2, certificate valid until ");
            assertThat(permitted.get(3)).endsWith(": TLS: the server shares no cipher suite with Sluice "
                    + "(handshake_failure); if it knows TLS 1.2 with RSA key exchange alone, give it ECDHE or set "
                    + "rsa-key-exchange: true");
            assertThat(permitted.get(4)).contains(": TLSv1.3, certificate valid until ");
        }
    }

    private static List<String> process(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("env", ProcessHandle.current().info().command().orElseThrow(), "-Xmx64m",
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dlogback.configurationFile=none", "-cp",
                System.getProperty("java.class.path"), RsaKeyExchangeMain.class.getName()));
        command.addAll(List.of(arguments));
        return Program.run(folder, "coreutils", command).lines()
                .filter(line -> line.startsWith("[TLS") || line.startsWith("TLS "))
                .toList();
    }
}
