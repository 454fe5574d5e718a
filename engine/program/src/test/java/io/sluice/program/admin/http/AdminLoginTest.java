package io.sluice.program.admin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.Role;
import io.sluice.program.admin.Wire;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
        String set = login.headers().allValues("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith(Authenticator.COOKIE + "=")).findFirst().orElseThrow();
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
            fail(delay, "op", "192.0.2.1", "");
        }
        assertThatThrownBy(() -> delay.begin("op", "192.0.2.1", "")).isInstanceOf(ApiError.class);
        delay.begin("op", "192.0.2.2", "").close();
        delay.begin("view", "192.0.2.1", "").close();
        nowNs.addAndGet(Duration.ofSeconds(2).toNanos());
        fail(delay, "op", "192.0.2.1", "");
        nowNs.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThatThrownBy(() -> delay.begin("op", "192.0.2.1", "")).isInstanceOf(ApiError.class);
    }

    @Test
    void nobody_waits_for_more_than_a_few_seconds_however_often_strangers_fail() {
        AtomicLong nowNs = new AtomicLong();
        LoginDelay delay = new LoginDelay(nowNs::get);
        for (int i = 0; i < 1_000; i++) {
            fail(delay, "op", "192.0.2.1", "");
            nowNs.addAndGet(Duration.ofSeconds(4).toNanos());
        }
        delay.begin("op", "192.0.2.1", "").close();
        delay.begin("op", "2001:db8::1", "").close();
    }

    @Test
    void who_has_logged_in_from_an_address_or_with_a_browser_does_not_wait_for_strangers_there() {
        LoginDelay delay = new LoginDelay(() -> 0);
        succeed(delay, "view", "192.0.2.1", "");
        succeed(delay, "op", "192.0.2.7", "");
        delay.remember("browser", "op");
        for (int i = 0; i < 20; i++) {
            fail(delay, "guess" + i, "192.0.2.1", "");
        }
        assertThatThrownBy(() -> delay.begin("op", "192.0.2.1", "")).isInstanceOf(ApiError.class);
        assertThatThrownBy(() -> delay.begin("op", "192.0.2.1", "another")).isInstanceOf(ApiError.class);
        assertThatThrownBy(() -> delay.begin("other", "192.0.2.1", "browser")).isInstanceOf(ApiError.class);
        try (var attempt = delay.begin("op", "192.0.2.1", "browser")) {
            assertThat(attempt.standing()).isEqualTo(LoginDelay.Standing.KNOWN);
        }
        try (var attempt = delay.begin("view", "192.0.2.1", "")) {
            assertThat(attempt.standing()).isEqualTo(LoginDelay.Standing.KNOWN);
        }
    }

    @Test
    void attempts_at_once_do_not_slip_past_the_wait() {
        LoginDelay delay = new LoginDelay(() -> 0);
        fail(delay, "op", "2001:db8::1", "");
        try (var attempt = delay.begin("op", "2001:db8::1", "")) {
            assertThat(attempt.standing()).isEqualTo(LoginDelay.Standing.SUSPECT);
            assertThatThrownBy(() -> delay.begin("op", "2001:db8::2", "")).isInstanceOf(ApiError.class);
            delay.begin("op", "2001:db8:1::2", "").close();
        }
        delay.begin("op", "2001:db8::2", "").close();
    }

    @Test
    void of_many_who_log_in_at_once_the_least_trusted_give_way() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        Account op = new Account("op", Role.OPERATOR, "hash");
        try (PasswordChecks checks = new PasswordChecks();
                var logins = Executors.newVirtualThreadPerTaskExecutor()) {
            logins.submit(() -> checks.check(LoginDelay.Standing.CLEAN, () -> {
                first.countDown();
                awaitQuietly(over);
                return Optional.empty();
            }));
            first.await();
            var strangers = new ArrayList<Future<Optional<Account>>>();
            for (int i = 0; i < 20; i++) {
                strangers.add(logins.submit(() -> checks.check(LoginDelay.Standing.SUSPECT, Optional::empty)));
            }
            await().until(() -> strangers.stream().filter(Future::isDone).count() == 12);
            Future<Optional<Account>> known = logins.submit(
                    () -> checks.check(LoginDelay.Standing.KNOWN, () -> Optional.of(op)));
            await().until(() -> strangers.stream().filter(Future::isDone).count() == 13);
            over.countDown();
            assertThat(known.get()).contains(op);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void fail(LoginDelay delay, String user, String address, String device) {
        try (var attempt = delay.begin(user, address, device)) {
            attempt.failed();
        }
    }

    private static void succeed(LoginDelay delay, String user, String address, String device) {
        try (var attempt = delay.begin(user, address, device)) {
            attempt.succeeded();
        }
    }

    @Test
    void wrong_passwords_are_answered_with_a_wait_that_a_browser_of_that_user_does_not_have() throws Exception {
        try (AdminDaemon attacked = new AdminDaemon()) {
            String device = login(attacked, "op", AdminDaemon.PASSWORD, "").headers().allValues("Set-Cookie").stream()
                    .filter(set -> set.startsWith("__Host-sluice-device=")).findFirst().orElseThrow();
            assertThat(device).contains("Secure", "HttpOnly", "SameSite=Strict", "Path=/");
            for (int i = 0; i < 4; i++) {
                assertThat(login(attacked, "op", "wrong", "").statusCode()).isEqualTo(401);
            }
            HttpResponse<String> waiting = login(attacked, "op", AdminDaemon.PASSWORD, "");
            // on a machine this loaded the wait may be over already
            assertThat(waiting.statusCode()).isIn(429, 201);
            if (waiting.statusCode() == 429) {
                assertThat(waiting.headers().firstValue("Retry-After")).isPresent();
            }
            HttpResponse<String> browser = login(attacked, "op", AdminDaemon.PASSWORD, device.split(";")[0]);
            assertThat(browser.statusCode()).isEqualTo(201);
            assertThat(browser.headers().allValues("Set-Cookie")).hasSize(1);
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
        return login(sluice, user, AdminDaemon.PASSWORD, "");
    }

    private static HttpResponse<String> login(AdminDaemon daemon, String user, String password, String cookie)
            throws Exception {
        var request = daemon.request("POST", "/api/v1/session",
                "{\"user\":\"" + user + "\",\"password\":\"" + password + "\"}");
        return daemon.send(cookie.isEmpty() ? request : request.header("Cookie", cookie));
    }
}
