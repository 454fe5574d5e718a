package io.sluice.control.health;

import static io.sluice.control.health.Recorder.QUICK;
import static io.sluice.control.health.Recorder.expectingStatus;
import static io.sluice.control.health.Recorder.failing;
import static io.sluice.control.health.Recorder.http;
import static io.sluice.control.health.Recorder.once;
import static io.sluice.control.health.Recorder.timing;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.sluice.control.api.ServerHealth;
import io.sluice.control.config.model.Bytes;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.IntRange;
import io.sluice.testbed.RawServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpCheckTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    @Test
    void a_real_server_that_answers_200_with_the_expected_text_is_up() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("::1"), 0), 0);
        server.createContext("/psm/api/health", exchange -> {
            byte[] body = "status: PASS".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, 0); // chunked
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            CheckStatus status = once(server.getAddress(), http(false, "/psm/api/health", null, "PASS"));
            assertThat(status.state()).isEqualTo(ServerHealth.UP);
            assertThat(status.detail()).isEqualTo("HTTP GET /psm/api/health: 200 and body has PASS");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void the_request_names_path_host_and_who_asks() throws Exception {
        try (RawServer server = RawServer.answering(OK + "\r\n")) {
            once(server.address(), http(false, "/health?deep=1", "psm.example", null));
            assertThat(server.requests.getFirst()).startsWith("GET /health?deep=1 HTTP/1.1\r\n")
                    .contains("\r\nHost: psm.example\r\n", "\r\nUser-Agent: sluice-health-check\r\n");
            once(server.address(), http(false, "/", null, null));
            assertThat(server.requests).anySatisfy(request -> assertThat(request)
                    .contains("\r\nHost: 127.0.0.1:" + server.address().getPort() + "\r\n"));
        }
    }

    @Test
    void method_headers_and_body_are_sent_as_written() throws Exception {
        var request = new HealthCheck.Http.Request("POST", "/rpc", "psm.example",
                Map.of("user-agent", "mine", "Authorization", "Bearer x"), Bytes.ofText("{}\r\n\r\n"));
        try (RawServer server = RawServer.answering(OK + "\r\nPASS")) {
            CheckStatus status = once(server.address(), new HealthCheck.Http(0, request, "PASS",
                    HealthCheck.Http.STANDARD_STATUS, null, QUICK));
            assertThat(status.detail()).isEqualTo("HTTP POST /rpc: 200 and body has PASS");
            assertThat(server.requests.getFirst()).startsWith("POST /rpc HTTP/1.1\r\nHost: psm.example\r\n")
                    .contains("\r\nuser-agent: mine\r\n", "\r\nAuthorization: Bearer x\r\n",
                            "\r\nContent-Length: 6\r\n", "\r\nConnection: close\r\n")
                    .doesNotContain("sluice-health-check");
        }
    }

    @Test
    void an_answer_to_head_has_no_body_however_long_it_says_it_is() throws Exception {
        var request = new HealthCheck.Http.Request("HEAD", "/", null, Map.of(), Bytes.NONE);
        try (RawServer server = RawServer.answering(OK + "Content-Length: 1000\r\n\r\n")) {
            CheckStatus status = once(server.address(), new HealthCheck.Http(0, request, null,
                    HealthCheck.Http.STANDARD_STATUS, null, QUICK));
            assertThat(status.detail()).isEqualTo("HTTP HEAD /: 200 OK");
        }
    }

    @Test
    void what_a_server_says_is_not_taken_for_a_word_of_this_hosts_kernel() throws Exception {
        try (RawServer server = RawServer.answering("500 Too many open files\n")) {
            CheckStatus status = once(server.address(), http(false, "/", null, null));
            assertThat(status.state()).isEqualTo(ServerHealth.DOWN);
            assertThat(status.detail()).isEqualTo("HTTP GET /: not an HTTP response: 500 Too many open files");
        }
    }

    @Test
    void a_body_without_the_expected_text_is_down_and_says_so() throws Exception {
        try (RawServer server = RawServer.answering(OK + "Content-Length: 4\r\n\r\nFAIL")) {
            CheckStatus status = once(server.address(), http(false, "/psm/api/health", null, "PASS"));
            assertThat(status.state()).isEqualTo(ServerHealth.DOWN);
            assertThat(status.detail()).isEqualTo("HTTP GET /psm/api/health: 200 but body lacks PASS");
        }
    }

    @Test
    void text_behind_the_announced_end_of_the_body_does_not_count() throws Exception {
        try (RawServer server = RawServer.answering(OK + "Content-Length: 4\r\n\r\nFAILPASS")) {
            assertThat(once(server.address(), http(false, "/", null, "PASS")).state()).isEqualTo(ServerHealth.DOWN);
        }
    }

    @Test
    void text_across_chunks_is_found_and_chunk_framing_is_not_text() throws Exception {
        String chunked = OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nPA\r\n2;extension=1\r\nSS\r\n0\r\n\r\n";
        try (RawServer server = RawServer.answering(chunked)) {
            assertThat(once(server.address(), http(false, "/", null, "PASS")).state()).isEqualTo(ServerHealth.UP);
            assertThat(once(server.address(), http(false, "/", null, "extension")).state())
                    .isEqualTo(ServerHealth.DOWN);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            aab      | aaab          | UP
            abcabd   | xabcabcabdx   | UP
            Grüße    | viele Grüße!  | UP
            abd      | abcab         | DOWN
            """)
    void the_text_is_found_wherever_it_begins(String expect, String body, ServerHealth state) throws Exception {
        try (RawServer server = RawServer.answering(OK + "\r\n" + body)) {
            assertThat(once(server.address(), http(false, "/", null, expect)).state()).isEqualTo(state);
        }
    }

    @ParameterizedTest
    @CsvSource({"200, UP", "204, UP", "302, UP", "399, UP", "400, DOWN", "404, DOWN", "503, DOWN"})
    void status_200_to_399_is_up_unless_told_otherwise(int code, ServerHealth state) throws Exception {
        try (RawServer server = RawServer
                .answering("HTTP/1.1 " + code + " Reason\r\nLocation: http://127.0.0.1:1/\r\n\r\n")) {
            CheckStatus status = once(server.address(), http(false, "/", null, null));
            assertThat(status.state()).isEqualTo(state);
            assertThat(status.detail()).contains(code + " Reason");
        }
    }

    @Test
    void a_redirect_is_not_followed_and_fails_where_only_200_is_expected() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 301 Moved\r\nLocation: /elsewhere\r\n\r\n")) {
            CheckStatus status = once(server.address(), expectingStatus("/", new IntRange(200, 200)));
            assertThat(status.state()).isEqualTo(ServerHealth.DOWN);
            assertThat(status.detail()).isEqualTo("HTTP GET /: 301 Moved, not 200");
            assertThat(server.requests).allMatch(request -> request.startsWith("GET / "));
        }
    }

    @Test
    void expected_status_may_be_several_ranges() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 401 Unauthorized\r\n\r\n")) {
            assertThat(once(server.address(), expectingStatus("/", new IntRange(200, 299), new IntRange(401, 401)))
                    .state()).isEqualTo(ServerHealth.UP);
            assertThat(once(server.address(), expectingStatus("/", new IntRange(200, 299), new IntRange(500, 501)))
                    .detail()).endsWith("401 Unauthorized, not 200-299, 500-501");
        }
    }

    @Test
    void informational_responses_are_skipped() throws Exception {
        try (RawServer server = RawServer
                .answering("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\nPASS")) {
            assertThat(once(server.address(), http(false, "/", null, "PASS")).state()).isEqualTo(ServerHealth.UP);
        }
    }

    @Test
    void a_server_that_drips_for_ever_is_ended_at_the_timeout() throws Exception {
        try (RawServer server = new RawServer(out -> {
            out.write((OK + "\r\n").getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write('.');
                Thread.sleep(20);
            }
        })) {
            var check = new HealthCheck.Http(0, HealthCheck.Http.Request.get("/", null), "PASS",
                    HealthCheck.Http.STANDARD_STATUS, null, timing(1000, 500));
            CheckStatus status = failing(server.address(), check,
                    "HTTP GET /: timed out: no end of the body, which so far lacks PASS, within 500ms");
            assertThat(Duration.ofNanos(status.latencyNs())).isGreaterThanOrEqualTo(Duration.ofMillis(490));
        }
    }

    @Test
    void a_header_that_drips_for_ever_is_ended_at_the_timeout() throws Exception {
        try (RawServer server = new RawServer(out -> {
            out.write(OK.getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write('x');
                Thread.sleep(20);
            }
        })) {
            var check = new HealthCheck.Http(0, HealthCheck.Http.Request.get("/", null), null,
                    HealthCheck.Http.STANDARD_STATUS, null, timing(1000, 500));
            CheckStatus status = failing(server.address(), check,
                    "HTTP GET /: timed out: no HTTP response within 500ms");
            assertThat(Duration.ofNanos(status.latencyNs())).isGreaterThanOrEqualTo(Duration.ofMillis(490));
        }
    }

    @Test
    void an_endless_body_is_read_to_a_bound_only() throws Exception {
        try (RawServer server = new RawServer(out -> {
            out.write((OK + "\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] block = new byte[64 << 10];
            while (true) {
                out.write(block);
            }
        })) {
            var check = new HealthCheck.Http(0, HealthCheck.Http.Request.get("/", null), "PASS",
                    HealthCheck.Http.STANDARD_STATUS, null, timing(1000, 60_000));
            assertThat(once(server.address(), check).detail())
                    .isEqualTo("HTTP GET /: 200 but the first 1024 KiB of the body lack PASS");
        }
    }

    @Test
    void an_answer_is_read_to_its_end_though_the_status_decides() throws Exception {
        var broken = new CopyOnWriteArrayList<Exception>();
        var written = new AtomicInteger();
        byte[] block = new byte[1 << 10];
        try (RawServer server = new RawServer(out -> {
            try {
                out.write((OK + "Content-Length: " + 700 * block.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                for (int i = 0; i < 700; i++) {
                    out.write(block);
                }
                written.incrementAndGet();
            } catch (IOException gone) {
                broken.add(gone);
            }
        }); Recorder recorder = new Recorder()) {
            recorder.checks.apply(List.of(Recorder.target("one", server.address(), http(false, "/", null, null))));
            assertThat(recorder.awaitStatus("one", status -> status.streak() >= 3).state()).isEqualTo(ServerHealth.UP);
            assertThat(broken).isEmpty();
            assertThat(written.get()).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void a_server_that_accepts_and_resets_at_once_is_down_every_time() throws Exception {
        try (ResettingServer server = new ResettingServer(); Recorder recorder = new Recorder()) {
            recorder.checks.apply(List.of(Recorder.target("one", server.address(), http(false, "/", null, null))));
            CheckStatus status = recorder.awaitStatus("one", seen -> seen.streak() >= 20);
            assertThat(status.state()).isEqualTo(ServerHealth.DOWN);
            assertThat(status.detail()).isEqualTo("HTTP GET /: connection reset");
            recorder.awaitChanges(ServerHealth.DOWN);
        }
    }

    @Test
    void an_endless_header_is_read_to_a_bound_only() throws Exception {
        try (RawServer server = new RawServer(out -> {
            out.write(OK.getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write("X-Filler: 0123456789\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        })) {
            assertThat(once(server.address(), http(false, "/", null, null)).detail())
                    .isEqualTo("HTTP GET /: the response header is longer than 64 KiB");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SSH-2.0-OpenSSH_9.2\\r\\n                             | not an HTTP response: SSH-2.0-OpenSSH_9.2
            ''                                                    | connection closed without a response
            HTTP/1.1 200 OK\\r\\nServer                           | connection closed in the middle of the response header
            HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nPAS | 200 but body ends early and lacks PASS
            HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n3\\r\\nPAS | 200 but body ends early and lacks PASS
            HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nzz\\r\\n   | chunk size is no number: zz
            HTTP/1.1 503 Down\\7\\33[31m\\r\\n\\r\\n       | 503 Down [31m, not 200-399
            """)
    void what_is_wrong_with_an_answer_is_said(String response, String detail) throws Exception {
        try (RawServer server = RawServer.answering(response.translateEscapes())) {
            CheckStatus status = once(server.address(), http(false, "/", null, "PASS"));
            assertThat(status.state()).isEqualTo(ServerHealth.DOWN);
            assertThat(status.detail()).isEqualTo("HTTP GET /: " + detail);
        }
    }

    @Test
    void a_server_that_never_answers_is_ended_at_the_timeout() throws Exception {
        try (RawServer server = new RawServer(out -> Thread.sleep(60_000))) {
            var check = new HealthCheck.Http(0, HealthCheck.Http.Request.get("/", null), null,
                    HealthCheck.Http.STANDARD_STATUS, null, timing(1000, 300));
            CheckStatus status = failing(server.address(), check,
                    "HTTP GET /: timed out: no HTTP response within 300ms");
            assertThat(Duration.ofNanos(status.latencyNs())).isGreaterThanOrEqualTo(Duration.ofMillis(290));
        }
    }

    @Test
    void an_http_check_waits_for_no_end_of_a_body_it_does_not_need() throws Exception {
        try (RawServer server = new RawServer(out -> {
            out.write((OK + "\r\nPASS").getBytes(StandardCharsets.US_ASCII));
            Thread.sleep(60_000);
        })) {
            assertThat(once(server.address(), http(false, "/", null, null)).state()).isEqualTo(ServerHealth.UP);
            assertThat(once(server.address(), http(false, "/", null, "PASS")).state()).isEqualTo(ServerHealth.UP);
            assertThat(QUICK.timeout()).isEqualTo(Duration.ofSeconds(5));
        }
    }
}
