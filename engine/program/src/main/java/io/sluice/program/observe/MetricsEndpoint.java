package io.sluice.program.observe;

import io.sluice.program.http.HttpExchange;
import io.sluice.program.http.HttpPort;
import io.sluice.ringbuffers.ip.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP endpoint that Prometheus scrapes: {@code GET /metrics}. Each connection has a virtual thread; there may be
 * as many as a sixteenth of the process's descriptors.
 */
public final class MetricsEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsEndpoint.class);
    private static final String PATH = "/metrics";
    private static final int MOST_CONNECTIONS = 64;
    private static final int SHARE = 16;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int INTERNAL_ERROR = 500;

    private final HttpPort port;
    private final MetricsPage page;

    private MetricsEndpoint(HttpPort port, MetricsPage page) {
        this.port = port;
        this.page = page;
    }

    /**
     * Listens and serves until closed.
     *
     * @throws IOException when it cannot listen there; says where and why
     */
    public static MetricsEndpoint open(Endpoint listen, MetricsPage page) throws IOException {
        HttpPort port;
        try {
            port = HttpPort.open("metrics", listen.toInetSocketAddress(), OpenFiles.share(SHARE, MOST_CONNECTIONS));
        } catch (IOException e) {
            throw new IOException("metrics.listen: cannot listen on " + listen + ": " + e.getMessage()
                    + ": free that port or name another", e);
        }
        MetricsEndpoint endpoint = new MetricsEndpoint(port, page);
        port.start(null, endpoint::handle);
        return endpoint;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return port.address();
    }

    @Override
    public void close() {
        port.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        if (!exchange.method().equals("HEAD") && !exchange.method().equals("GET")) {
            exchange.answerHeaders().set("Allow", "GET, HEAD");
            answer(exchange, METHOD_NOT_ALLOWED, "only GET\n");
        } else if (!exchange.path().equals(PATH)) {
            answer(exchange, NOT_FOUND, "Sluice's metrics are at " + PATH + "\n");
        } else {
            metrics(exchange);
        }
    }

    private void metrics(HttpExchange exchange) throws IOException {
        boolean gzip = exchange.headers().all("Accept-Encoding").stream().anyMatch(value -> value.contains("gzip"));
        var body = new ByteArrayOutputStream();
        try (OutputStream out = gzip ? new GZIPOutputStream(body) : body) {
            page.write(out);
        } catch (IOException | RuntimeException | InternalError e) { // the last: a table's page was lost just now
            LOG.warn("metrics cannot be collected", e);
            answer(exchange, INTERNAL_ERROR, "metrics cannot be collected: " + e.getMessage() + "\n");
            return;
        }
        exchange.answerHeaders().set("Content-Type", MetricsPage.CONTENT_TYPE);
        if (gzip) {
            exchange.answerHeaders().set("Content-Encoding", "gzip");
        }
        exchange.answer(OK, body.toByteArray());
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        exchange.answerHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.answer(status, text.getBytes(StandardCharsets.UTF_8));
    }
}
