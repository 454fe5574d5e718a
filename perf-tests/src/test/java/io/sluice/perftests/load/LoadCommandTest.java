package io.sluice.perftests.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perftests.LaboratoryExit;
import io.sluice.perftests.Main;
import io.sluice.perftests.serve.Target;
import io.sluice.perftests.serve.TargetServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What `sluice load` says and ends with, against real targets. */
class LoadCommandTest {
    private static final String GET = "GET / HTTP/1.0\\r\\n\\r\\n";
    private static final String FOUND = "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static final String NOT_FOUND = "HTTP/1.0 404 Not Found\r\n\r\n";
    private static final String BUSY = "HTTP/1.1 503 Busy\r\n\r\n";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_404_is_counted_apart_and_its_latency_is_nobodys(boolean byteByByte) throws IOException {
        try (HttpServer server = new HttpServer(byteByByte, FOUND, NOT_FOUND, BUSY)) {
            assertThat(load("crc", server.address(), "--request", GET, "--response-size", "0", "-o", "json"))
                    .as("%s", err).isEqualTo(LaboratoryExit.OK);
            JsonNode result = JsonMapper.shared().readTree(out.toString());
            long found = result.path("operations").asLong();
            JsonNode errors = result.path("errors-by-kind");
            assertThat(found).isPositive();
            assertThat(errors.path("http-4xx").asLong()).isBetween(found / 2, found * 2 + 2);
            assertThat(errors.path("http-5xx").asLong()).isBetween(found / 2, found * 2 + 2);
            assertThat(errors.size()).as("%s", errors).isEqualTo(2);
            assertThat(result.at("/latency-us/count").asLong()).isLessThan(found * 2);
        }
    }

    @Test
    void a_404_shorter_than_the_response_that_was_expected_is_still_a_404() throws IOException {
        try (HttpServer server = new HttpServer(false, NOT_FOUND)) {
            assertThat(load("crc", server.address(), "--request", GET, "--response-size", "5000"))
                    .isEqualTo(LaboratoryExit.INTERNAL_ERROR);
            assertThat(err.toString()).contains("no operation succeeded in the measured time: ", " http-4xx. Does ")
                    .doesNotContain("closed-early");
        }
    }

    @Test
    void a_load_that_nobody_answers_is_an_error_and_no_valid_result() {
        InetSocketAddress nobody = new InetSocketAddress("127.0.0.1", 1);
        assertThat(load("crc", nobody, "-o", "json")).isEqualTo(LaboratoryExit.INTERNAL_ERROR);
        assertThat(err.toString()).contains("load: no operation succeeded in the measured time: ",
                " refused. Does 127.0.0.1:1 serve crc?");
        assertThat(JsonMapper.shared().readTree(out.toString()).path("valid").asBoolean()).isFalse();
        // nothing was timed: no limit on latency holds
        assertThat(load("crc", nobody, "--require", "p99<=1h")).isEqualTo(LaboratoryExit.GATE_FAILED);
        assertThat(out.toString()).contains("p99<=1h: FAILS (no operation was timed)");
    }

    @Test
    void a_target_that_does_not_keep_up_with_the_rate_fails() throws IOException {
        // one connection, 40 ms per answer: 25 of 1000 arrivals a second
        try (SlowEcho server = new SlowEcho(40)) {
            assertThat(load("rr", server.address(), "--rate", "1000", "--late-limit", "100", "-d", "1s"))
                    .isEqualTo(LaboratoryExit.GATE_FAILED);
            assertThat(out.toString()).contains("FAILED: the target did not keep up: at the end ");
        }
    }

    @Test
    void a_requirement_that_fails_wins_over_sends_that_were_late() {
        try (TargetServer server = TargetServer.start(TargetServer.Options.DEFAULT, Target.parse("echo"))) {
            // nobody sends within 1 ns of the intended time
            String[] late = {"--rate", "500", "--late-after", "1ns"};
            assertThat(load("rr", server.address(), late)).isEqualTo(LaboratoryExit.CANNOT_JUDGE);
            assertThat(out.toString()).contains("INVALID: the generator sent");
            assertThat(load("rr", server.address(), late[0], late[1], late[2], late[3], "--require", "rate>=1000000"))
                    .isEqualTo(LaboratoryExit.GATE_FAILED);
        }
    }

    @Test
    void a_wrong_requirement_is_refused_before_any_load() {
        assertThat(load("rr", new InetSocketAddress("127.0.0.1", 1), "--require", "errors<=1%"))
                .isEqualTo(LaboratoryExit.USAGE);
        assertThat(err.toString()).contains("load: --require 'errors<=1%': ", "so errors<=0")
                .doesNotContain("Exception", "For input string");
    }

    private int load(String mode, InetSocketAddress target, String... options) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(
                List.of("load", mode, "127.0.0.1:" + target.getPort(), "-q", "-w", "100ms", "-d", "600ms"));
        List<String> more = List.of(options);
        if (more.contains("-d")) {
            all.subList(all.size() - 2, all.size()).clear();
        }
        all.addAll(more);
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(all.toArray(String[]::new));
    }
}
