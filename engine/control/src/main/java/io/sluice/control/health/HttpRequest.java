package io.sluice.control.health;

import io.sluice.control.config.model.HealthCheck.Http.Request;
import io.sluice.ringbuffers.ip.Endpoint;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The bytes of a probe's HTTP/1.1 request (RFC 9112). Any thread. */
final class HttpRequest {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    /** A server may refuse these when they do not tell a length (RFC 9110 section 8.6). */
    private static final Set<String> WITH_CONTENT = Set.of("POST", "PUT", "PATCH");

    private HttpRequest() {
    }

    static byte[] of(Request request, Endpoint to, boolean tls) {
        byte[] body = request.body().toArray();
        var lines = new StringBuilder(request.method()).append(' ').append(request.path()).append(" HTTP/1.1\r\nHost: ")
                .append(hostHeader(request, to, tls)).append("\r\n");
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(Map.of("User-Agent", "sluice-health-check", "Accept", "*/*"));
        headers.keySet().removeIf(name -> request.headers().keySet().stream().anyMatch(name::equalsIgnoreCase));
        headers.forEach((name, value) -> line(lines, name, value));
        request.headers().forEach((name, value) -> line(lines, name, value));
        if (body.length > 0 || WITH_CONTENT.contains(request.method())) {
            line(lines, "Content-Length", String.valueOf(body.length));
        }
        lines.append("Connection: close\r\n\r\n");
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(lines.toString().getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    private static void line(StringBuilder lines, String name, String value) {
        lines.append(name).append(": ").append(value).append("\r\n");
    }

    /** The name given, else the address; with the port unless it is the scheme's own (RFC 9110 section 7.2). */
    private static String hostHeader(Request request, Endpoint to, boolean tls) {
        String host = request.host();
        if (host != null) {
            return host;
        }
        // a zone means something on this host only (RFC 6874)
        String address = to.address().bracketed().replaceFirst("%[^]]*", "");
        return to.port() == (tls ? HTTPS_PORT : HTTP_PORT) ? address : address + ":" + to.port();
    }
}
