package io.sluice.program.admin.http;

import io.sluice.program.admin.Wire;
import io.sluice.program.daemon.RunningDaemon;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.NamedServer;
import io.sluice.testbed.TemporaryDirectory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import tools.jackson.databind.JsonNode;

/** A whole daemon with the admin API, an operator "op", a viewer "view", and two real servers behind service "web". */
final class AdminDaemon implements AutoCloseable {
    static final String PASSWORD = "correct horse";
    private static final String HASH = PasswordHash.of(PASSWORD, PasswordHash.LEAST_ITERATIONS).toString();

    final NamedServer one;
    final NamedServer two;
    final RunningDaemon daemon;
    final int servicePort;
    final int adminPort;
    final String yaml;
    final HttpClient client;

    AdminDaemon() throws Exception {
        this("""
                services:
                  web:
                    listen: 127.0.0.1:$port
                    affinity: { by: source-ip, timeout: 6m }
                    health-check: { type: connect, interval: 200ms, timeout: 30s, fall: 2 }
                    servers: { one: "127.0.0.1:$one", two: "127.0.0.1:$two" }
                """, "");
    }

    /**
     * @param services the rest of the file; {@code $port} is a free port, {@code $one} and {@code $two} the servers'
     * @param admin more keys of {@code admin}
     */
    AdminDaemon(String services, String admin) throws Exception {
        one = new NamedServer("one");
        two = new NamedServer("two");
        servicePort = FreePort.next();
        adminPort = FreePort.next();
        TemporaryDirectory directory = new TemporaryDirectory("admin");
        Path users = directory.path().resolve("users");
        Files.writeString(users, "op:operator:" + HASH + "\nview:viewer:" + HASH + "\n# a remark\nbroken line\n");
        yaml = "admin: { listen: 127.0.0.1:" + adminPort + ", users-file: " + users + admin + " }\n"
                + services.replace("$port", String.valueOf(servicePort)).replace("$one", String.valueOf(one.port()))
                        .replace("$two", String.valueOf(two.port()));
        daemon = new RunningDaemon(directory, yaml);
        AdminServer server = daemon.admin();
        if (server == null) {
            throw new AssertionError("the admin API was not opened");
        }
        server.serving().get(120, TimeUnit.SECONDS);
        client = trusting();
    }

    String url(String path) {
        return "https://127.0.0.1:" + adminPort + path;
    }

    /** Trusts any certificate, under any name: an extended trust manager has no name checked around it. */
    private static HttpClient trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[]{new TrustsAll()}, null);
        return HttpClient.newBuilder().sslContext(context).version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(60)).build();
    }

    HttpRequest.Builder request(String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url(path))).timeout(Duration.ofSeconds(60))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return body.isEmpty()
                ? request
                : request.header("Content-Type",
                        path.startsWith("/api/v1/configuration") ? "application/yaml" : "application/json");
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> as(String user, String method, String path, String body) throws Exception {
        return send(request(method, path, body).header("Authorization", basic(user, PASSWORD)));
    }

    HttpResponse<String> operator(String method, String path, String body) throws Exception {
        return as("op", method, path, body);
    }

    JsonNode get(String path) throws Exception {
        HttpResponse<String> answer = operator("GET", path, "");
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return Wire.json().readTree(answer.body());
    }

    @Override
    public void close() throws Exception {
        client.close();
        daemon.close();
        one.close();
        two.close();
    }

    private static final class TrustsAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
