package io.sluice.control.health;

import static io.sluice.control.health.Recorder.timing;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.ServerHealth;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.HealthCheck.Connect.End;
import io.sluice.control.config.model.HealthCheck.Preset.Application;
import io.sluice.control.config.model.ProxyProtocol;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against MariaDB, which blocks an address after {@code max_connect_errors} connections that say nothing. */
@Tag("peer")
class MariadbCheckTest {
    private static final int MAX_CONNECT_ERRORS = 5;
    private static final int CHECKS = 3 * MAX_CONNECT_ERRORS;

    @TempDir
    static Path folder;
    private static InetSocketAddress address;
    private static Program server;

    @BeforeAll
    static void start() throws Exception {
        Path data = folder.resolve("data");
        Program.run(folder, "mariadb-server", List.of("mariadb-install-db", "--no-defaults", "--user=root",
                "--auth-root-authentication-method=normal", "--skip-test-db", "--datadir=" + data));
        // a host that no account may come from is refused before anything is counted
        Path accounts = Files.writeString(folder.resolve("accounts.sql"), """
                CREATE USER app@'%' IDENTIFIED BY 'x';
                CREATE USER checker@'%';
                """);
        address = Recorder.local(FreePort.next());
        server = Program.start(folder, "mariadb-server", List.of("mariadbd", "--no-defaults", "--user=root",
                "--datadir=" + data, "--socket=" + folder.resolve("socket"), "--bind-address=127.0.0.1",
                "--port=" + address.getPort(), "--init-file=" + accounts,
                "--max-connect-errors=" + MAX_CONNECT_ERRORS));
        assertThat(server.accepts(address)).as(server.printed()).isTrue();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void checks_that_end_by_a_reset_are_not_counted_as_failed_clients() throws Exception {
        check("127.0.0.8", End.RESET);
        assertThat(greeting("127.0.0.8")).contains("MariaDB").doesNotContain("is blocked");
    }

    @Test
    void checks_that_close_get_the_balancer_banned() throws Exception {
        check("127.0.0.9", End.CLOSE);
        assertThat(greeting("127.0.0.9")).contains("Host '127.0.0.9' is blocked because of many connection errors");
    }

    @Test
    void logins_without_password_keep_the_balancer_from_being_banned_whether_the_user_exists_or_not() throws Exception {
        assertThat(check("127.0.0.10", new HealthCheck.Preset(Application.MYSQL, 0, "checker", null, null,
                timing(20, 5000))).detail())
                .matches("mysql at 127.0.0.1:\\d+: \\d\\S+-MariaDB\\S*, logged in as checker");
        assertThat(greeting("127.0.0.10")).contains("MariaDB").doesNotContain("is blocked");
        for (String user : List.of("sluice", "app")) {
            assertThat(check("127.0.0.11", new HealthCheck.Preset(Application.MYSQL, 0, user, null, null,
                    timing(20, 5000))).detail()).endsWith(", which refuses user " + user);
        }
        assertThat(greeting("127.0.0.11")).contains("MariaDB").doesNotContain("is blocked");
    }

    @Test
    void a_ban_is_told_in_the_servers_words() throws Exception {
        check("127.0.0.12", End.CLOSE);
        try (Recorder recorder = new Recorder()) {
            recorder.checks.apply(List.of(new CheckTarget("db", "one", Endpoint.of(address), new HealthCheck.Preset(
                    Application.MYSQL, 0, "checker", null, null, timing(20, 5000)), Ip.parse("127.0.0.12"),
                    ProxyProtocol.Send.NONE)));
            await().atMost(Recorder.DEADLINE).until(() -> {
                CheckStatus status = recorder.checks.status("db", "one");
                return status != null && status.state() == ServerHealth.DOWN
                        && status.detail().contains(": error 1129 (Host '127.0.0.12' is blocked");
            });
        }
    }

    /** From an address other than 127.0.0.1, which MariaDB never blocks. */
    private static void check(String from, End end) {
        check(from, new HealthCheck.Connect(0, end, timing(20, 5000)));
    }

    private static CheckStatus check(String from, HealthCheck check) {
        try (Recorder recorder = new Recorder()) {
            recorder.checks.apply(List.of(new CheckTarget("db", "one", Endpoint.of(address), check, Ip.parse(from),
                    ProxyProtocol.Send.NONE)));
            return await().atMost(Recorder.DEADLINE).until(() -> recorder.checks.status("db", "one"),
                    status -> status != null && status.state() == ServerHealth.UP && status.streak() >= CHECKS);
        }
    }

    /** The first packet that a client from there is sent. */
    private static String greeting(String from) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort(), InetAddress.getByName(from), 0)) {
            socket.setSoTimeout(60_000);
            return new String(socket.getInputStream().readNBytes(70), ISO_8859_1);
        }
    }
}
