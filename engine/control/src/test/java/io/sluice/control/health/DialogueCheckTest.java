package io.sluice.control.health;

import static io.sluice.control.health.Recorder.QUICK;
import static io.sluice.control.health.Recorder.failing;
import static io.sluice.control.health.Recorder.once;
import static io.sluice.control.health.Recorder.timing;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.api.ServerHealth;
import io.sluice.control.config.model.Bytes;
import io.sluice.control.config.model.HealthCheck.Preset.Application;
import io.sluice.control.config.model.HealthCheck.Tcp.Step;
import io.sluice.control.config.model.HealthCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conversations with servers that say whatever the test wants. */
class DialogueCheckTest {
    /** Says something, once something else was said to it, and stays. */
    private static final class Parrot implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
        private final byte[] says;
        private final @Nullable String hears;
        private final boolean closes;

        Parrot(String says, @Nullable String hears, boolean closes) throws Exception {
            this.says = says.startsWith("hex:")
                    ? HexFormat.of().parseHex(says.substring(4))
                    : says.getBytes(ISO_8859_1);
            this.hears = hears;
            this.closes = closes;
            Thread.ofVirtual().start(this::accept);
        }

        InetSocketAddress address() {
            return (InetSocketAddress) listener.getLocalSocketAddress();
        }

        private void accept() {
            try {
                while (true) {
                    Socket socket = listener.accept();
                    Thread.ofVirtual().start(() -> serve(socket));
                }
            } catch (Exception closed) {
                // the test is over
            }
        }

        private void serve(Socket socket) {
            try (socket) {
                if (hears != null) {
                    String heard = new String(socket.getInputStream().readNBytes(hears.length()), ISO_8859_1);
                    assertThat(heard).isEqualTo(hears);
                }
                socket.getOutputStream().write(says);
                if (closes) {
                    socket.shutdownOutput();
                }
                socket.getInputStream().readAllBytes();
            } catch (Exception gone) {
                // the check has closed: its right
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    private static HealthCheck.Tcp tcp(HealthCheck.Timing timing, Step... steps) {
        return new HealthCheck.Tcp(0, List.of(steps), null, null, timing);
    }

    private static Step step(@Nullable String send, String... expect) {
        return new Step(send == null ? null : Bytes.ofText(send), List.of(expect).stream().map(Bytes::ofText).toList());
    }

    private static HealthCheck preset(Application protocol) {
        return new HealthCheck.Preset(protocol, 0, HealthCheck.Preset.STANDARD_USER, null, null, QUICK);
    }

    @Test
    void steps_go_on_behind_what_the_last_one_was_answered() throws Exception {
        try (Parrot server = new Parrot("one two one", "hello\r\n", true)) {
            CheckStatus status = once(server.address(),
                    tcp(QUICK, step("hello\r\n", "one"), step(null, "two"), step(null, "three", "one")));
            assertThat(status.state()).isEqualTo(ServerHealth.UP);
            assertThat(status.detail())
                    .isEqualTo("tcp steps with 127.0.0.1:" + server.address().getPort() + ": answered one");
            assertThat(once(server.address(),
                    tcp(QUICK, step("hello\r\n", "one"), step(null, "two"), step(null, "one"), step(null, "one")))
                    .detail()).endsWith(": connection closed without one");
        }
    }

    @Test
    void an_answer_is_found_wherever_it_begins() throws Exception {
        try (Parrot server = new Parrot("aaaab", null, false)) {
            assertThat(once(server.address(), tcp(QUICK, step(null, "aab"))).state()).isEqualTo(ServerHealth.UP);
        }
    }

    @Test
    void what_was_got_instead_is_told_when_time_is_up() throws Exception {
        try (Parrot server = new Parrot("-LOADING data\r\n", null, false)) {
            assertThat(failing(server.address(), tcp(timing(1000, 400), step("PING\r\n", "+PONG")),
                    ": timed out: no +PONG in -LOADING data within 400ms").state()).isEqualTo(ServerHealth.DOWN);
        }
        try (Parrot server = new Parrot("", null, false)) {
            failing(server.address(), tcp(timing(1000, 400), step("PING\r\n", "+PONG", "-NOAUTH")),
                    ": timed out: no +PONG or -NOAUTH within 400ms");
        }
    }

    @Test
    void what_was_got_instead_is_told_when_the_server_hangs_up() throws Exception {
        try (Parrot server = new Parrot("hex:00ff", null, true)) {
            assertThat(once(server.address(), tcp(QUICK, step(null, "+PONG"))).detail())
                    .endsWith(": connection closed without +PONG, after hex 00ff");
        }
        try (ResettingServer server = new ResettingServer()) {
            assertThat(once(server.address(), tcp(QUICK, step(null, "+PONG"))).detail())
                    .endsWith(": connection reset");
        }
        assertThat(once(Recorder.local(ConnectCheckTest.refusingPort()), tcp(QUICK, step(null, "+PONG"))).detail())
                .endsWith(": connection refused");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            REDIS      | -LOADING Redis is loading the dataset in memory!n   | -LOADING Redis is loading the dataset in memory, not +PONG
            REDIS      | -MASTERDOWN Link with MASTER is down!n              | -MASTERDOWN Link with MASTER is down, not +PONG
            REDIS      | HTTP/1.1 400 Bad Request!n                          | HTTP/1.1 400 Bad Request, not +PONG
            SMTP       | 421 too busy!n                                      | 421 too busy, not 220
            SMTP       | 220-mail!n220 mail!n501 no!n                        | 501 no, not 250
            SMTP       | 2200!n                                              | 2200, not 220
            LDAP       | hex:300f02010161 0a 0a0133 0400 0403 627379         | result 51 (bsy), not 0 (success)
            LDAP       | hex:300d02010161 08 0a0134 0400 0402 6f             | not LDAP: hex 04026f
            LDAP       | 220 mail!n                                          | not LDAP: 22
            LDAP       | hex:3084ffffffff                                    | not LDAP: hex 3084
            LDAP       | hex:3000                                            | not LDAP: nothing
            MYSQL      | hex:0e0000 00 ff 1004 546f6f206d616e7920 6373       | error 1040 (Too many cs), not a greeting
            MYSQL      | hex:050000 00 ff 69 04 6e 6f                        | error 1129 (no), not a greeting
            MYSQL      | hex:010000 00 09                                    | not a greeting of MySQL: hex 09
            MYSQL      | hex:ffffff 00                                       | not MySQL: hex ffffff00
            POSTGRESQL | hex:45 00000013 433537503033 00 4d7374617274 00 00  | 57P03: start, not ready for clients
            POSTGRESQL | HTTP/1.1 400 Bad Request!n                          | not PostgreSQL: H
            """)
    void a_server_that_does_not_work_is_down_with_what_it_said(Application protocol, String said, String detail)
            throws Exception {
        String says = said.startsWith("hex:") ? said.replace(" ", "") : said.replace("!n", "\r\n");
        try (Parrot server = new Parrot(says, null, true)) {
            CheckStatus status = once(server.address(), preset(protocol));
            assertThat(status.state()).isEqualTo(ServerHealth.DOWN);
            assertThat(status.detail()).isEqualTo(
                    protocol.word() + " at 127.0.0.1:" + server.address().getPort() + ": " + detail);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            REDIS      | -NOAUTH Authentication required.!n         | answers, and wants a password
            LDAP       | hex:300c02010161 07 0a0130 0400 0400       | answers, and wants to know who asks
            LDAP       | hex:3084 0000000c 02010161 07 0a0100 0400 0400 | bound
            POSTGRESQL | hex:52 00000008 0000000a                   | asks user sluice for a password
            """)
    void a_server_that_wants_to_know_who_asks_works(Application protocol, String said, String detail) throws Exception {
        String says = said.startsWith("hex:") ? said.replace(" ", "") : said.replace("!n", "\r\n");
        try (Parrot server = new Parrot(says, null, false)) {
            CheckStatus status = once(server.address(), preset(protocol));
            assertThat(status.detail()).endsWith(": " + detail);
            assertThat(status.state()).isEqualTo(ServerHealth.UP);
        }
    }
}
