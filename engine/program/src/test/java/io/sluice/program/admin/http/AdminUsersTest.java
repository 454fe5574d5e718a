package io.sluice.program.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.api.Event;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Users kept through the API: the file is the one that {@code sluice passwd} keeps. */
class AdminUsersTest {
    private static final String FIRST = "first password";
    private static final String SECOND = "second password";
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
    void an_operator_adds_changes_and_removes_a_user() throws Exception {
        assertThat(sluice.operator("PUT", "/api/v1/users/ann", "{\"role\":\"viewer\"}").statusCode()).isEqualTo(400);
        assertThat(put("ann", "viewer", "short").body()).contains("at least 12");
        assertThat(put("ann", "viewer", FIRST).statusCode()).isEqualTo(201);
        assertThat(status("ann", FIRST, "GET", "/api/v1/status", "")).isEqualTo(200);
        assertThat(status("ann", FIRST, "POST", "/api/v1/services/web/servers/one/online", "")).isEqualTo(403);
        assertThat(sluice.operator("PUT", "/api/v1/users/ann", "{\"role\":\"operator\"}").statusCode()).isEqualTo(200);
        assertThat(status("ann", FIRST, "POST", "/api/v1/services/web/servers/one/online", "")).isEqualTo(200);
        assertThat(sluice.operator("GET", "/api/v1/users", "").body()).contains("ann", "op", "view")
                .doesNotContain("pbkdf2");
        assertThat(sluice.operator("DELETE", "/api/v1/users/ann", "").statusCode()).isEqualTo(204);
        assertThat(status("ann", FIRST, "GET", "/api/v1/status", "")).isEqualTo(401);
        assertThat(sluice.daemon.control().events(0)).extracting(Event::text).contains(
                "op from 127.0.0.1: user 'ann': added, viewer, new password",
                "op from 127.0.0.1: user 'ann': changed, operator", "op from 127.0.0.1: user 'ann': removed");
    }

    @Test
    void ones_own_password_changes_and_ends_the_sessions_that_the_former_one_began() throws Exception {
        put("bob", "viewer", FIRST);
        HttpResponse<String> login = sluice.send(sluice.request("POST", "/api/v1/session",
                "{\"user\":\"bob\",\"password\":\"" + FIRST + "\"}"));
        String cookie = login.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
        assertThat(status("bob", FIRST, "POST", "/api/v1/session/password",
                "{\"password\":\"not mine at all\",\"new-password\":\"" + SECOND + "\"}")).isEqualTo(401);
        assertThat(status("bob", FIRST, "POST", "/api/v1/session/password",
                "{\"password\":\"" + FIRST + "\",\"new-password\":\"" + SECOND + "\"}")).isEqualTo(204);
        assertThat(sluice.send(sluice.request("GET", "/api/v1/status", "").header("Cookie", cookie)).statusCode())
                .isEqualTo(401);
        assertThat(status("bob", FIRST, "GET", "/api/v1/status", "")).isEqualTo(401);
        assertThat(status("bob", SECOND, "GET", "/api/v1/status", "")).isEqualTo(200);
    }

    @Test
    void nobody_locks_himself_out_and_a_viewer_sees_no_users() throws Exception {
        assertThat(put("op", "viewer", FIRST).statusCode()).isEqualTo(409);
        assertThat(sluice.operator("DELETE", "/api/v1/users/op", "").statusCode()).isEqualTo(409);
        assertThat(sluice.as("view", "GET", "/api/v1/users", "").statusCode()).isEqualTo(403);
        assertThat(sluice.as("view", "PUT", "/api/v1/users/view", "{\"role\":\"operator\"}").statusCode())
                .isEqualTo(403);
    }

    private static HttpResponse<String> put(String name, String role, String password) throws Exception {
        return sluice.operator("PUT", "/api/v1/users/" + name,
                "{\"role\":\"" + role + "\",\"password\":\"" + password + "\"}");
    }

    private static int status(String user, String password, String method, String path, String body)
            throws Exception {
        return sluice.send(sluice.request(method, path, body).header("Authorization",
                AdminDaemon.basic(user, password))).statusCode();
    }
}
