package io.sluice.program.demo;

import io.sluice.control.api.ServerHealth;
import io.sluice.control.api.Status;
import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.control.config.model.Configuration;
import io.sluice.program.admin.http.AdminServer;
import io.sluice.program.admin.http.UserLine;
import io.sluice.program.daemon.Daemon;
import io.sluice.program.daemon.StartFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The demo itself: starts servers and daemon, sends load, kills a server, tells what happened; on the caller's thread.
 * Everything is on 127.0.0.1 and in a temporary folder, and gone afterwards.
 */
public final class Demo implements AutoCloseable {
    private static final String SERVICE = "demo";
    private static final String USER = "demo";
    private static final int BAR_WIDTH = 30;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What it found, for those who want to read it as data. */
    public record Report(double requestsPerSecond, long connections, double p50Micros, double p99Micros,
            double p999Micros, int failures, Map<String, Double> shares, String killed, long noticedAfterMs,
            int failuresWhileNoticing, int failuresAfterwards) {
    }

    private final PrintWriter out;
    private final boolean live;
    private final String password = Long.toString(new SecureRandom().nextLong(Long.MAX_VALUE), Character.MAX_RADIX);
    private final Path directory;
    private final List<DemoServer> servers;
    private final int port;
    private final int adminPort;
    private final int metricsPort;
    private final Daemon daemon;

    /**
     * Starts servers and daemon.
     *
     * @param out where progress goes
     * @param live whether a progress bar may be redrawn in place
     */
    public Demo(PrintWriter out, boolean live) throws IOException, StartFailure {
        this.out = out;
        this.live = live;
        directory = Files.createTempDirectory("sluice-demo");
        servers = List.of(new DemoServer("server-1"), new DemoServer("server-2"), new DemoServer("server-3"));
        try (var first = free(); var second = free(); var third = free()) { // open together, so they differ
            port = first.getLocalPort();
            adminPort = second.getLocalPort();
            metricsPort = third.getLocalPort();
        }
        Path file = directory.resolve("sluice.yaml");
        Files.writeString(file, yaml());
        Files.writeString(directory.resolve("users"), UserLine.ofOperator(USER, password));
        daemon = Daemon.start(read(file), file);
    }

    private String yaml() {
        return """
                # written by sluice demo
                state-directory: state
                log: { level: error }  # what happens is told by the demo itself
                admin: { listen: 127.0.0.1:%d, users-file: users }
                metrics: { listen: 127.0.0.1:%d }
                services:
                  %s:
                    listen: 127.0.0.1:%d
                    scheduler: round-robin
                    health-check: { type: connect, interval: 250ms, timeout: 1s, rise: 1, fall: 2 }
                    servers:
                      server-1: 127.0.0.1:%d
                      server-2: 127.0.0.1:%d
                      server-3: 127.0.0.1:%d
                """.formatted(adminPort, metricsPort, SERVICE, port,
                servers.get(0).port(), servers.get(1).port(), servers.get(2).port());
    }

    private static Configuration read(Path file) {
        return switch (ConfigurationFile.read(file)) {
            case ConfigurationFile.Valid valid -> valid.configuration();
            case ConfigurationFile.Invalid invalid -> throw new IllegalStateException(invalid.problems().toString());
        };
    }

    private static ServerSocket free() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    /** Sends load for so long, then kills a server under load, and tells what it saw. */
    public Report run(Duration length) throws InterruptedException, IOException {
        awaitHealth(ServerHealth.UP, "server-1", "server-2", "server-3");
        out.println("Sluice, all on 127.0.0.1 and gone afterwards.");
        out.println();
        out.printf("A virtual service on 127.0.0.1:%d, three real servers behind it, all up (%s, %s).%n", port,
                "round-robin", daemon.transport().label());
        out.printf("%d clients send requests for %d s:%n", DemoLoad.CLIENTS, length.toSeconds());
        out.flush();
        var load = new DemoLoad(port);
        load.start();
        long begun = System.nanoTime();
        progress(load, length);
        double seconds = (System.nanoTime() - begun) / 1e9;
        long requests = load.requests();
        Map<String, Double> shares = shares();
        int failures = load.failures();
        double p50 = load.percentileMicros(0.5);
        double p99 = load.percentileMicros(0.99);
        double p999 = load.percentileMicros(0.999);
        tell(requests / seconds, load.connections(), p50, p99, p999, failures, shares);

        DemoServer victim = servers.get(1);
        out.println();
        out.printf("Now %s is killed while the clients go on:%n", victim.name());
        out.flush();
        long killed = System.nanoTime();
        victim.close();
        awaitHealth(ServerHealth.DOWN, victim.name());
        long noticed = System.nanoTime();
        long noticedMs = (noticed - killed) / 1_000_000;
        progress(load, Duration.ofMillis(Math.min(length.toMillis(), 2_000)));
        load.stop();
        int afterwards = load.failuresSince(noticed);
        int whileNoticing = load.failures() - failures - afterwards;
        out.printf("  %s is down and taken out after %d ms%n", victim.name(), noticedMs);
        out.printf("  %s that were on it were cut; of the requests since then %s failed%n",
                whileNoticing == 1 ? "the one connection" : "the " + whileNoticing + " connections",
                afterwards == 0 ? "none" : Integer.toString(afterwards));
        out.flush();
        return new Report(requests / seconds, load.connections(), p50, p99, p999, failures, shares, victim.name(),
                noticedMs, whileNoticing, afterwards);
    }

    private void tell(double rate, long connections, double p50, double p99, double p999, int failures,
            Map<String, Double> shares) {
        out.printf("  %,.0f requests/s over %,d connections, %d failed%n", rate, connections, failures);
        out.printf("  latency: half within %s, 99 %% within %s, 99.9 %% within %s%n", millis(p50), millis(p99),
                millis(p999));
        shares.forEach((server, share) -> out.printf("  %s  %5.1f %%  %s%n", server, share * 100,
                "#".repeat((int) Math.round(share * BAR_WIDTH))));
        out.flush();
    }

    private static String millis(double micros) {
        return String.format("%.1f ms", micros / 1_000);
    }

    private Map<String, Double> shares() {
        double total = Math.max(1, servers.stream().mapToLong(DemoServer::requests).sum());
        Map<String, Double> shares = new LinkedHashMap<>();
        servers.forEach(server -> shares.put(server.name(), server.requests() / total));
        return shares;
    }

    private void progress(DemoLoad load, Duration length) throws InterruptedException {
        long begun = System.nanoTime();
        long last = load.requests();
        int steps = Math.max(1, (int) (length.toMillis() / 250));
        for (int step = 1; step <= steps; step++) {
            Thread.sleep(Math.max(0, (begun + length.toNanos() * step / steps - System.nanoTime()) / 1_000_000));
            long now = load.requests();
            if (live) {
                int done = BAR_WIDTH * step / steps;
                out.printf("\r  [%s%s] %,d requests/s ", "#".repeat(done), ".".repeat(BAR_WIDTH - done),
                        (now - last) * 4);
                out.flush();
            }
            last = now;
        }
        if (live) {
            out.print("\r" + " ".repeat(BAR_WIDTH + 30) + "\r");
        }
    }

    private void awaitHealth(ServerHealth wanted, String... names) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Stream.of(names).allMatch(name -> health(name) == wanted)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the servers did not become " + wanted.word() + " within " + PATIENCE);
            }
            Thread.sleep(20);
        }
    }

    private @Nullable ServerHealth health(String name) {
        return daemon.control().status().services().stream().flatMap(service -> service.servers().stream())
                .filter(server -> server.name().equals(name)).map(Status.ServerStatus::health).findFirst()
                .orElse(null);
    }

    /** Where to look while it goes on. */
    public List<String> places() {
        awaitAdmin();
        return List.of("virtual service  127.0.0.1:" + port,
                "web UI           https://127.0.0.1:" + adminPort + "/   user " + USER + ", password " + password
                        + " (the certificate is its own)",
                "metrics          http://127.0.0.1:" + metricsPort + "/metrics",
                "commands         sluice status -c " + directory.resolve("sluice.yaml"));
    }

    /** It makes its certificate meanwhile, in the folder that {@link #close} removes. */
    private void awaitAdmin() {
        AdminServer admin = daemon.admin();
        if (admin != null) {
            admin.serving().handle((address, failure) -> address).orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .exceptionally(tooLong -> null).join();
        }
    }

    @Override
    public void close() throws IOException {
        awaitAdmin();
        daemon.close();
        for (DemoServer server : servers) {
            server.close();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
