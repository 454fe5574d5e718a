package io.sluice.control.health;

import static io.sluice.control.health.Recorder.QUICK;
import static io.sluice.control.health.Recorder.local;
import static io.sluice.control.health.Recorder.once;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.api.ServerHealth;
import io.sluice.control.config.model.Bytes;
import io.sluice.control.config.model.HealthCheck.Preset.Application;
import io.sluice.control.config.model.HealthCheck.Tcp.Step;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.Openssl;
import io.sluice.testbed.Program;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Redis, aiosmtpd, OpenLDAP and PostgreSQL; MariaDB has a test of its own. */
@Tag("peer")
class PresetCheckTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void postgres_may_enter() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static HealthCheck preset(Application protocol, HealthCheck.@Nullable Secured tls) {
        return new HealthCheck.Preset(protocol, 0, HealthCheck.Preset.STANDARD_USER, null, tls, QUICK);
    }

    private static void assertUp(CheckStatus status, String detail) {
        assertThat(status.detail()).endsWith(": " + detail);
        assertThat(status.state()).isEqualTo(ServerHealth.UP);
    }

    // ---- Redis ----

    private static Program redis(InetSocketAddress address, String... more) throws IOException {
        var command = new ArrayList<>(
                List.of("redis-server", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"));
        command.addAll(List.of(more));
        Program program = Program.start(folder, "redis-server", command);
        assertThat(program.accepts(address)).as(program.printed()).isTrue();
        return program;
    }

    @Test
    void redis_answers_ping_and_one_that_wants_a_password_works_as_well() throws Exception {
        InetSocketAddress address = local(FreePort.next());
        try (Program _ = redis(address, "--port", "" + address.getPort())) {
            assertUp(once(address, preset(Application.REDIS, null)), "PONG");
            assertUp(once(address, new HealthCheck.Tcp(0, List.of(
                    new Step(Bytes.ofText("ECHO here\r\n"), List.of(Bytes.ofText("here"))),
                    new Step(Bytes.ofText("QUIT\r\n"), List.of(Bytes.ofText("+OK")))), null, null, QUICK)),
                    "answered +OK");
        }
        try (Program _ = redis(address, "--port", "" + address.getPort(), "--requirepass", "x")) {
            assertUp(once(address, preset(Application.REDIS, null)), "answers, and wants a password");
        }
    }

    @Test
    void redis_behind_tls_is_checked_through_it() throws Exception {
        Openssl.certificate(folder, "redis", "ec", "IP:127.0.0.1");
        InetSocketAddress address = local(FreePort.next());
        try (Program _ = redis(address, "--port", "0", "--tls-port", "" + address.getPort(), "--tls-cert-file",
                "redis.pem", "--tls-key-file", "redis.key", "--tls-ca-cert-file", "redis.pem", "--tls-auth-clients",
                "no")) {
            assertUp(once(address, preset(Application.REDIS,
                    new HealthCheck.Secured(true, folder.resolve("redis.pem"), false))), "PONG");
            assertThat(once(address, preset(Application.REDIS, new HealthCheck.Secured(true, null, false))).detail())
                    .contains("TLS: no trusted authority signed the certificate");
            // this one answers clear text by an alert
            assertThat(once(address, preset(Application.REDIS, null)).state()).isEqualTo(ServerHealth.DOWN);
        }
    }

    // ---- SMTP: Debian's mail servers would take each other's place on the machine, this one stands beside them ----

    @Test
    void a_mail_server_greets_and_is_taken_leave_of() throws Exception {
        Openssl.certificate(folder, "mail", "ec", "IP:127.0.0.1");
        for (boolean tls : new boolean[]{false, true}) {
            InetSocketAddress address = local(FreePort.next());
            var command = new ArrayList<>(List.of("aiosmtpd", "-n", "-d", "-c", "aiosmtpd.handlers.Sink", "-l",
                    "127.0.0.1:" + address.getPort()));
            if (tls) {
                command.addAll(List.of("--smtpscert", "mail.pem", "--smtpskey", "mail.key"));
            }
            try (Program mail = Program.start(folder, "python3-aiosmtpd", command)) {
                assertThat(mail.accepts(address)).as(mail.printed()).isTrue();
                CheckStatus status = once(address, preset(Application.SMTP, tls
                        ? new HealthCheck.Secured(true, folder.resolve("mail.pem"), false)
                        : null));
                assertThat(status.detail()).contains(": 220 ").contains("Python SMTP");
                assertThat(status.state()).isEqualTo(ServerHealth.UP);
                assertThat(mail.printed()).contains(">> b'EHLO localhost'", ">> b'QUIT'");
            }
        }
    }

    // ---- LDAP ----

    @Test
    void openldap_answers_an_anonymous_bind_and_one_that_forbids_it_works_as_well() throws Exception {
        Openssl.certificate(folder, "ldap", "ec", "IP:127.0.0.1");
        for (String disallow : List.of("", "disallow bind_anon\n")) {
            Path settings = Files.writeString(folder.resolve("slapd.conf"), """
                    pidfile %1$s/slapd.pid
                    TLSCertificateFile %1$s/ldap.pem
                    TLSCertificateKeyFile %1$s/ldap.key
                    %2$sdatabase config
                    """.formatted(folder, disallow));
            InetSocketAddress address = local(FreePort.next());
            InetSocketAddress secure = local(FreePort.next());
            try (Program slapd = Program.start(folder, "slapd", List.of("slapd", "-f", settings.toString(), "-d", "0",
                    "-h", "ldap://127.0.0.1:" + address.getPort() + "/ ldaps://127.0.0.1:" + secure.getPort() + "/"))) {
                assertThat(slapd.accepts(secure)).as(slapd.printed()).isTrue();
                String detail = disallow.isEmpty() ? "bound" : "answers, and wants to know who asks";
                assertUp(once(address, preset(Application.LDAP, null)), detail);
                assertUp(once(secure, preset(Application.LDAP,
                        new HealthCheck.Secured(true, folder.resolve("ldap.pem"), false))), detail);
            }
        }
    }

    // ---- PostgreSQL ----

    @Test
    void postgresql_answers_whether_it_knows_the_user_or_not() throws Exception {
        Path data = Files.createDirectory(folder.resolve("postgresql"));
        Program.run(folder, "coreutils", List.of("chown", "postgres", data.toString()));
        postgresql("initdb", "-D", data.resolve("data").toString(), "--no-sync", "-A", "trust").close();
        Files.writeString(data.resolve("data/pg_hba.conf"), """
                host all asked all scram-sha-256
                host all shut  all reject
                host all all   all trust
                """);
        InetSocketAddress address = local(FreePort.next());
        try (Program server = postgresql("postgres", "-D", data.resolve("data").toString(), "-p",
                "" + address.getPort(), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c",
                "fsync=off", "-c", "max_connections=2", "-c", "superuser_reserved_connections=0", "-c",
                "max_wal_senders=0", "-c", "shared_buffers=1MB")) {
            assertThat(server.accepts(address)).as(server.printed()).isTrue();
            assertUp(once(address, user("postgres")), "ready for user postgres");
            assertUp(once(address, user("sluice")),
                    "refuses user sluice (28000: role \"sluice\" does not exist)");
            assertUp(once(address, user("asked")), "asks user asked for a password");
            assertThat(once(address, user("shut")).detail())
                    .contains(": refuses user shut (28000: pg_hba.conf rejects");
            assertThat(server.printed()).doesNotContain("unexpected EOF", "incomplete startup packet",
                    "invalid length");
        }
    }

    private static HealthCheck user(String name) {
        return new HealthCheck.Preset(Application.POSTGRESQL, 0, name, null, null, QUICK);
    }

    /** Not as root, which it refuses; to its end, unless it is the server. */
    private static Program postgresql(String program, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        try (DirectoryStream<Path> versions = Files.newDirectoryStream(Path.of("/usr/lib/postgresql"))) {
            command.add(versions.iterator().next().resolve("bin").resolve(program).toString());
        }
        command.addAll(List.of(arguments));
        Program started = Program.start(folder, "postgresql", command);
        if (!program.equals("postgres")) {
            assertThat(started.process.waitFor()).as(started.printed()).isZero();
        }
        return started;
    }
}
