package io.sluice.control.health;

import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.IntRange;
import io.sluice.control.health.dialogue.Excerpt;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A request is answered with an expected status and body. HTTP/1.1 written by hand: the address, the Host header, SNI
 * and the name in the certificate are four independent things here, which the JDK's client does not allow.
 */
final class HttpProbe implements Probe {
    /** How much of a body is searched: a health page is short, and a wrong answer may be endless. */
    static final int BODY_LIMIT_BYTES = 1 << 20;
    /** How long the rest of an answer may be silent. */
    private static final int PATIENCE_MS = 200;

    private final HealthCheck.Http check;
    private final ProbeSocket socket;
    /** Null without tls. */
    private final @Nullable ProbeTls tls;
    private final byte[] request;
    private final byte @Nullable [] expected;

    HttpProbe(HealthCheck.Http check, ProbeSocket socket) {
        this.check = check;
        this.socket = socket;
        tls = ProbeTls.of(check.tls(), check.request().host(), socket.to());
        String expect = check.expect();
        expected = expect == null ? null : expect.getBytes(StandardCharsets.UTF_8);
        request = HttpRequest.of(check.request(), socket.to(), check.tls() != null);
    }

    @Override
    public String subject() {
        return (tls != null ? "HTTPS " : "HTTP ") + check.request().method() + " "
                + Excerpt.of(check.request().path());
    }

    @Override
    public Outcome run(Attempt attempt) throws IOException {
        SSLContext context = tls != null ? tls.context() : null;
        try (Socket plain = socket.open(attempt)) {
            if (tls == null || context == null) {
                return ask(plain, attempt);
            }
            try (SSLSocket secure = tls.over(plain, context, attempt)) {
                return ask(secure, attempt);
            }
        }
    }

    private Outcome ask(Socket connected, Attempt attempt) throws IOException {
        attempt.await("HTTP response");
        IOException unsent = null;
        try {
            connected.getOutputStream().write(request);
            connected.getOutputStream().flush();
        } catch (IOException reset) {
            unsent = reset; // it may have answered before it closed
        }
        HttpResponse response;
        try {
            response = HttpResponse.read(connected.getInputStream(), check.request().method());
        } catch (IOException unanswered) {
            throw unsent != null ? unsent : unanswered;
        }
        Outcome outcome = judged(response, attempt);
        hearOut(response, connected);
        return outcome;
    }

    /** What comes after the judgement cannot change it; nor does a server that never comes to an end. */
    private static void hearOut(HttpResponse response, Socket connected) {
        try {
            connected.setSoTimeout(PATIENCE_MS);
            response.skip(BODY_LIMIT_BYTES);
        } catch (IOException enough) {
            // it was reset, or is silent, or the deadline is here
        }
    }

    private Outcome judged(HttpResponse response, Attempt attempt) throws IOException {
        int status = response.status();
        if (check.expectStatus().stream().noneMatch(range -> range.contains(status))) {
            return Outcome.failed(response.statusLine() + ", not " + check.expectStatus().stream()
                    .map(IntRange::toString).collect(Collectors.joining(", ")));
        }
        byte[] pattern = expected;
        if (pattern == null) {
            return Outcome.passed(response.statusLine());
        }
        String text = Excerpt.of(String.valueOf(check.expect()));
        attempt.await("end of the body, which so far lacks " + text + ",");
        return switch (response.search(pattern, BODY_LIMIT_BYTES)) {
            case FOUND -> Outcome.passed(status + " and body has " + text);
            case ABSENT -> Outcome.failed(status + " but body lacks " + text);
            case TRUNCATED -> Outcome.failed(status + " but body ends early and lacks " + text);
            case LIMIT -> Outcome.failed(
                    status + " but the first " + (BODY_LIMIT_BYTES >> 10) + " KiB of the body lack " + text);
        };
    }
}
