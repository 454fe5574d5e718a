package io.sluice.program.observe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.ringbuffers.ip.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP endpoint that Prometheus scrapes: {@code GET /metrics}. Each request runs on a virtual thread. */
public final class MetricsEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsEndpoint.class);
    private static final String PATH = "/metrics";
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int INTERNAL_ERROR = 500;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final MetricsPage page;

    private MetricsEndpoint(HttpServer server, MetricsPage page) {
        this.server = server;
        this.page = page;
    }

    /**
     * Listens and serves until closed.
     *
     * @throws IOException when it cannot listen there; says where and why
     */
    public static MetricsEndpoint open(Endpoint listen, MetricsPage page) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(listen.toInetSocketAddress(), 0);
        } catch (IOException e) {
            throw new IOException("metrics.listen: cannot listen on " + listen + ": " + e.getMessage()
                    + ": free that port or name another", e);
        }
        MetricsEndpoint endpoint = new MetricsEndpoint(server, page);
        server.setExecutor(endpoint.threads);
        server.createContext("/", endpoint::handle);
        server.start();
        return endpoint;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            boolean head = method.equals("HEAD");
            if (!head && !method.equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                answer(exchange, METHOD_NOT_ALLOWED, "only GET\n", head);
            } else if (!exchange.getRequestURI().getPath().equals(PATH)) {
                answer(exchange, NOT_FOUND, "Sluice's metrics are at " + PATH + "\n", head);
            } else {
                metrics(exchange, head);
            }
        }
    }

    private void metrics(HttpExchange exchange, boolean head) throws IOException {
        boolean gzip = exchange.getRequestHeaders().getOrDefault("Accept-Encoding", java.util.List.of()).stream()
                .anyMatch(value -> value.contains("gzip"));
        var body = new ByteArrayOutputStream();
        try (OutputStream out = gzip ? new GZIPOutputStream(body) : body) {
            page.write(out);
        } catch (IOException | RuntimeException | InternalError e) { // the last: a table's page was lost just now
            LOG.warn("metrics cannot be collected", e);
            answer(exchange, INTERNAL_ERROR, "metrics cannot be collected: " + e.getMessage() + "\n", head);
            return;
        }
        Map<String, String> headers = gzip
                ? Map.of("Content-Type", MetricsPage.CONTENT_TYPE, "Content-Encoding", "gzip")
                : Map.of("Content-Type", MetricsPage.CONTENT_TYPE);
        headers.forEach(exchange.getResponseHeaders()::set);
        send(exchange, OK, body.toByteArray(), head);
    }

    private static void answer(HttpExchange exchange, int status, String text, boolean head) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        send(exchange, status, text.getBytes(StandardCharsets.UTF_8), head);
    }

    private static void send(HttpExchange exchange, int status, byte[] body, boolean head) throws IOException {
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }
}
