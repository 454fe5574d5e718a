package io.sluice.program.admin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.control.api.Role;
import io.sluice.program.admin.Wire;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what: sessions, the token on changes, roles, passwords and those who guess them. */
class AdminLoginTest {
    private static final String DRAIN = "/api/v1/services/web/servers/two/drain";
    private static AdminDaemon sluice;

    @BeforeAll
    static void start() throws Exception {
        sluice = new AdminDaemon();
    }

    @AfterAll
    static void stop() throws Exception {
        sluice.close();
    }

    @Test
    void a_session_needs_its_token_on_changes_and_ends_at_logout() throws Exception {
        HttpResponse<String> login = login("op");
        assertThat(login.statusCode()).isEqualTo(201);
        String set = login.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(set).contains("Secure", "HttpOnly", "SameSite=Strict", "Path=/");
        String cookie = set.split(";")[0];
        String token = Wire.json().readTree(login.body()).get("csrf-token").asString();
        assertThat(sluice.send(sluice.request("GET", "/api/v1/status", "").header("Cookie", cookie)).statusCode())
                .isEqualTo(200);
        assertThat(sluice.send(sluice.request("POST", DRAIN, "").header("Cookie", cookie)).statusCode())
                .isEqualTo(403);
        assertThat(sluice.send(sluice.request("POST", DRAIN, "").header("Cookie", cookie)
                .header("X-CSRF-Token", "x" + token)).statusCode()).isEqualTo(403);
        assertThat(sluice.send(sluice.request("POST", DRAIN, "").header("Cookie", cookie)
                .header("X-CSRF-Token", token)).statusCode()).isEqualTo(200);
        assertThat(sluice.send(sluice.request("DELETE", "/api/v1/session", "").header("Cookie", cookie)
                .header("X-CSRF-Token", token)).statusCode()).isEqualTo(204);
        assertThat(sluice.send(sluice.request("GET", "/api/v1/status", "").header("Cookie", cookie)).statusCode())
                .isEqualTo(401);
    }

    @Test
    void a_viewer_looks_and_does_not_touch() throws Exception {
        assertThat(sluice.as("view", "GET", "/api/v1/status", "").statusCode()).isEqualTo(200);
        HttpResponse<String> refused = sluice.as("view", "POST", DRAIN, "");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("viewer", "operator");
        assertThat(sluice.as("view", "PUT", "/api/v1/configuration", "services: {}").statusCode()).isEqualTo(403);
    }

    @Test
    void a_change_from_another_sites_page_is_refused() throws Exception {
        var request = sluice.request("POST", DRAIN, "").header("Authorization",
                AdminDaemon.basic("op", AdminDaemon.PASSWORD)).header("Sec-Fetch-Site", "cross-site");
        assertThat(sluice.send(request).statusCode()).isEqualTo(403);
    }

    @Test
    void who_guesses_waits_longer_each_time_and_others_do_not() {
        AtomicLong nowNs = new AtomicLong();
        LoginDelay delay = new LoginDelay(nowNs::get);
        for (int i = 0; i < 4; i++) {
            delay.check("op", "192.0.2.1");
            delay.failed("op", "192.0.2.1");
        }
        assertThatThrownBy(() -> delay.check("op", "192.0.2.1")).isInstanceOf(ApiError.class);
        delay.check("op", "192.0.2.2");
        nowNs.addAndGet(Duration.ofSeconds(2).toNanos());
        delay.check("op", "192.0.2.1");
        delay.failed("op", "192.0.2.1");
        nowNs.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThatThrownBy(() -> delay.check("op", "192.0.2.1")).isInstanceOf(ApiError.class);
    }

    @Test
    void wrong_passwords_are_answered_with_a_wait() throws Exception {
        try (AdminDaemon attacked = new AdminDaemon()) {
            for (int i = 0; i < 4; i++) {
                assertThat(attacked.send(attacked.request("GET", "/api/v1/status", "").header("Authorization",
                        AdminDaemon.basic("guess" + i, "wrong"))).statusCode()).isEqualTo(401);
            }
            HttpResponse<String> waiting = attacked.operator("GET", "/api/v1/status", "");
            // on a machine this loaded the wait may be over already
            assertThat(waiting.statusCode()).isIn(429, 200);
            if (waiting.statusCode() == 429) {
                assertThat(waiting.headers().firstValue("Retry-After")).isPresent();
            }
        }
    }

    @Test
    void sessions_expire() {
        AtomicLong nowNs = new AtomicLong();
        Sessions sessions = new Sessions(nowNs::get);
        Sessions.Session session = sessions.begin(new Account("op", Role.OPERATOR, "hash"));
        nowNs.addAndGet(Sessions.IDLE.toNanos() - 1);
        assertThat(sessions.find(session.id(), false)).isPresent();
        nowNs.addAndGet(2);
        assertThat(sessions.find(session.id(), true)).isEmpty();
    }

    @Test
    void the_first_start_makes_one_operator_that_only_the_owner_can_read(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("users");
        Users users = new Users(file);
        users.makeFirst();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(Files.readString(file)).contains("admin:operator:pbkdf2-sha256:600000:");
        assertThat(users.check("admin", "wrong")).isEmpty();
        String made = Files.readString(file);
        users.makeFirst();
        assertThat(Files.readString(file)).isEqualTo(made);
    }

    @Test
    void the_certificate_is_kept_and_only_the_owner_can_read_it() throws Exception {
        Path store = sluice.daemon.directory.resolve("state/admin.p12");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store))).isEqualTo("rw-------");
    }

    private static HttpResponse<String> login(String user) throws Exception {
        return sluice.send(sluice.request("POST", "/api/v1/session",
                "{\"user\":\"" + user + "\",\"password\":\"" + AdminDaemon.PASSWORD + "\"}"));
    }
}
