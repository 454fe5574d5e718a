package io.sluice.control.health;

import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.IntRange;
import io.sluice.control.tls.PeerName;
import io.sluice.control.tls.Trust;
import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A GET is answered with an expected status and body. HTTP/1.1 written by hand: the address, the Host header, SNI and
 * the name in the certificate are four independent things here, which the JDK's client does not allow.
 */
final class HttpProbe implements Probe {
    /** How much of a body is searched: a health page is short, and a wrong answer may be endless. */
    static final int BODY_LIMIT_BYTES = 1 << 20;
    /** How long the rest of an answer may be silent. */
    private static final int PATIENCE_MS = 200;

    private final HealthCheck.Http check;
    private final ProbeSocket socket;
    /** Null without tls. */
    private final @Nullable Trust trust;
    private final byte[] request;
    private final byte @Nullable [] expected;

    HttpProbe(HealthCheck.Http check, ProbeSocket socket) {
        this.check = check;
        this.socket = socket;
        trust = check.tls() ? new Trust(check.verifyCertificate(), check.caFile()) : null;
        String expect = check.expect();
        expected = expect == null ? null : expect.getBytes(StandardCharsets.UTF_8);
        request = ("GET " + check.path() + " HTTP/1.1\r\nHost: " + hostHeader()
                + "\r\nUser-Agent: sluice-health-check\r\nAccept: */*\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The name given, else the address; with the port unless it is the scheme's own (RFC 9110 section 7.2). */
    private String hostHeader() {
        String host = check.host();
        if (host != null) {
            return host;
        }
        int port = socket.to().port();
        String address = socket.to().address().bracketed();
        // a zone means something on this host only (RFC 6874)
        address = address.replaceFirst("%[^]]*", "");
        return port == (check.tls() ? 443 : 80) ? address : address + ":" + port;
    }

    @Override
    public String subject() {
        return (check.tls() ? "HTTPS" : "HTTP") + " GET " + Words.printable(check.path());
    }

    @Override
    public Outcome run(Attempt attempt) throws IOException {
        SSLContext context;
        try {
            context = trust != null ? trust.context(null) : null;
        } catch (IOException unreadable) {
            return Outcome.unable("cannot use ca-file " + check.caFile() + ": " + unreadable.getMessage());
        }
        try (Socket plain = socket.open(attempt)) {
            if (context == null) {
                return ask(plain, attempt);
            }
            try (SSLSocket secure = secure(plain, context)) {
                attempt.await("TLS handshake");
                secure.startHandshake();
                return ask(secure, attempt);
            }
        }
    }

    private SSLSocket secure(Socket plain, SSLContext context) throws IOException {
        String host = hostName();
        String peer = host != null ? host : socket.to().address().toString();
        SSLSocket secure = (SSLSocket) context.getSocketFactory().createSocket(plain, peer, plain.getPort(), true);
        SSLParameters parameters = secure.getSSLParameters();
        String name = host != null && !Ip.isAddress(host) ? host : null;
        PeerName.expect(parameters, name, check.verifyCertificate());
        secure.setSSLParameters(parameters);
        return secure;
    }

    /** The host without a port. */
    private @Nullable String hostName() {
        String host = check.host();
        return host == null ? null : host.replaceFirst(":\\d+$", "");
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
            response = HttpResponse.read(connected.getInputStream());
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
        String text = Words.printable(String.valueOf(check.expect()));
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
