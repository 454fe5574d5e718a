package io.sluice.program.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.api.Event;
import io.sluice.testbed.FreePort;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users that a directory knows: Debian's slapd, asked over LDAP and LDAPS. */
@Tag("peer")
class LdapLoginTest {
    private static final String SERVICES = "services: { web: { listen: '127.0.0.1:$port', servers: {"
            + " one: '127.0.0.1:$one' } } }";
    private static final String GROUPS = "operators: 'cn=operators,dc=example', viewers: 'cn=viewers,dc=example' }";
    private static final String DRAIN = "/api/v1/services/web/servers/one/drain";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private static Path directory;
    @SuppressWarnings("NullAway.Init")
    private static Slapd slapd;

    @BeforeAll
    static void start() throws Exception {
        slapd = new Slapd(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        slapd.close();
    }

    @Test
    void groups_say_who_may_what_and_the_users_file_goes_on_to_work() throws Exception {
        try (AdminDaemon sluice = new AdminDaemon(SERVICES, ", ldap: { url: 'ldap://127.0.0.1:" + slapd.port
                + "', user: 'uid={user},dc=example', timeout: 60s, " + GROUPS)) {
            HttpResponse<String> login = login(sluice, "ann", Slapd.password("ann"));
            assertThat(login.statusCode()).as(login.body()).isEqualTo(201);
            String cookie = login.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
            assertThat(sluice.send(sluice.request("GET", "/api/v1/session", "").header("Cookie", cookie)).body())
                    .contains("\"ann\"", "\"operator\"");
            assertThat(basic(sluice, "ann", "POST", DRAIN)).isEqualTo(200);
            assertThat(sluice.daemon.control().events(0)).extracting(Event::text)
                    .contains("ann from 127.0.0.1: drain");
            assertThat(basic(sluice, "vic", "GET", "/api/v1/status")).isEqualTo(200);
            assertThat(basic(sluice, "vic", "POST", DRAIN)).isEqualTo(403);
            assertThat(basic(sluice, "sam", "GET", "/api/v1/status")).isEqualTo(403);
            assertThat(sluice.operator("POST", DRAIN, "").statusCode()).isEqualTo(200);
            assertThat(sluice.operator("PUT", "/api/v1/users/ann", "{\"password\":\"a local password\"}")
                    .statusCode()).isEqualTo(201);
            assertThat(login(sluice, "ann", Slapd.password("ann")).statusCode()).as("the users file comes first")
                    .isEqualTo(401);
        }
    }

    @Test
    void neither_an_empty_password_nor_a_name_with_signs_of_the_protocol_opens_anything() throws Exception {
        try (AdminDaemon sluice = new AdminDaemon(SERVICES, ", ldap: { url: 'ldap://127.0.0.1:" + slapd.port
                + "', user: 'uid={user},dc=example', timeout: 60s, operators: 'cn=operators,dc=example' }")) {
            assertThat(login(sluice, "ann", "").statusCode()).isEqualTo(401);
            assertThat(login(sluice, "ann", "wrong").statusCode()).isEqualTo(401);
            assertThat(login(sluice, "ann,dc=example", "wrong").statusCode()).isEqualTo(401);
            // who guesses waits, also for the directory: so a daemon of its own for the rest
        }
        try (AdminDaemon sluice = new AdminDaemon(SERVICES, search("ldap://127.0.0.1:" + slapd.port, ""))) {
            assertThat(login(sluice, "*", Slapd.password("ann")).statusCode()).isEqualTo(401);
            assertThat(login(sluice, "ann)(uid=*", Slapd.password("ann")).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void a_user_is_found_by_a_search_over_ldaps_with_a_private_ca() throws Exception {
        String ca = ", ca-file: " + directory.resolve("ldap.pem");
        try (AdminDaemon sluice = new AdminDaemon(SERVICES, search("ldaps://localhost:" + slapd.tlsPort, ca))) {
            HttpResponse<String> login = login(sluice, "uli@example.org", Slapd.password("uli"));
            assertThat(login.statusCode()).as(login.body()).isEqualTo(201);
            assertThat(login(sluice, "uli@example.org", Slapd.password("ann")).statusCode()).isEqualTo(401);
            assertThat(login(sluice, "nobody@example.org", "whatever it is").statusCode()).isEqualTo(401);
        }
        try (AdminDaemon sluice = new AdminDaemon(SERVICES, search("ldaps://127.0.0.1:" + slapd.tlsPort, ca))) {
            assertThat(login(sluice, "uli@example.org", Slapd.password("uli")).statusCode())
                    .as("the certificate is not for that address").isEqualTo(503);
        }
        try (AdminDaemon sluice = new AdminDaemon(SERVICES, search("ldaps://localhost:" + slapd.tlsPort, ""))) {
            assertThat(login(sluice, "uli@example.org", Slapd.password("uli")).statusCode())
                    .as("nobody the JDK knows has signed it").isEqualTo(503);
        }
    }

    @Test
    void rights_come_from_the_entry_that_was_found_never_from_the_name_that_was_typed() throws Exception {
        try (AdminDaemon sluice = new AdminDaemon(SERVICES, search("ldap://127.0.0.1:" + slapd.port, ""))) {
            HttpResponse<String> login = login(sluice, "uli", Slapd.password("eve"));
            assertThat(login.statusCode()).as(login.body()).isEqualTo(201);
            String cookie = login.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
            assertThat(sluice.send(sluice.request("GET", "/api/v1/session", "").header("Cookie", cookie)).body())
                    .contains("\"viewer\"").doesNotContain("operator");
        }
    }

    @Test
    void a_directory_that_is_gone_is_no_wrong_password_and_stops_nobody_else() throws Exception {
        int nobody = FreePort.next();
        try (AdminDaemon sluice = new AdminDaemon(SERVICES, ", ldap: { url: 'ldap://127.0.0.1:" + nobody
                + "', user: 'uid={user},dc=example', timeout: 1s, " + GROUPS)) {
            HttpResponse<String> login = login(sluice, "ann", Slapd.password("ann"));
            assertThat(login.statusCode()).isEqualTo(503);
            assertThat(login.body()).contains("cannot be asked");
            assertThat(login(sluice, "op", AdminDaemon.PASSWORD).statusCode()).isEqualTo(201);
        }
    }

    private static String search(String url, String more) throws Exception {
        Path password = Files.writeString(directory.resolve("reader"), "reader's password\n");
        return ", ldap: { url: '" + url + "'" + more
                + ", timeout: 60s, search: { base: 'dc=example', filter: '(mail={user})', bind: 'cn=reader,dc=example', password-file: "
                + password + " }, operators: 'cn=unix-operators,dc=example' }";
    }

    private static HttpResponse<String> login(AdminDaemon sluice, String user, String password) throws Exception {
        return sluice.send(sluice.request("POST", "/api/v1/session",
                "{\"user\":\"" + user + "\",\"password\":\"" + password + "\"}"));
    }

    private static int basic(AdminDaemon sluice, String user, String method, String path) throws Exception {
        return sluice.send(sluice.request(method, path, "").header("Authorization",
                AdminDaemon.basic(user, Slapd.password(user)))).statusCode();
    }
}
