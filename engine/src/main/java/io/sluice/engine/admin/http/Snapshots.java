package io.sluice.engine.admin.http;

import io.sluice.engine.admin.Wire;
import io.sluice.engine.conductor.AdminState;
import io.sluice.engine.conductor.Control;
import io.sluice.engine.conductor.Status.ServerStatus;
import io.sluice.engine.config.StateDirectory;
import io.sluice.engine.observe.DaemonReport;
import io.sluice.engine.observe.ServerReport;
import io.sluice.engine.observe.ServiceReport;
import io.sluice.engine.routes.ConnectTimeBuckets;
import io.sluice.ringbuffers.counters.CountersReader;
import io.sluice.ringbuffers.counters.Kind;
import io.sluice.ringbuffers.counters.RowKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the conductor has in force and the counters, as the API shows them. Any thread. */
final class Snapshots {
    private static final List<Integer> PERCENTILES = List.of(50, 90, 99);

    private final Control control;
    private final Path stateDirectory;

    Snapshots(Control control, Path stateDirectory) {
        this.control = control;
        this.stateDirectory = stateDirectory;
    }

    DaemonReport read() throws IOException {
        try (CountersReader counters = CountersReader.open(StateDirectory.counters(stateDirectory))) {
            return DaemonReport.of(control.status(), counters, Instant.now());
        }
    }

    /** @throws Refusal when no service has that name */
    ServiceReport service(String name) throws IOException {
        return read().service(name).orElseThrow(() -> new Refusal(404, "no service is called '" + name + "'"));
    }

    ServerReport server(String service, String name) throws IOException {
        return service(service).servers().stream().filter(server -> server.name().equals(name)).findFirst()
                .orElseThrow(() -> new Refusal(404, "service '" + service + "' has no server '" + name + "'"));
    }

    /** How long connects to the service's servers took since the start. */
    Map<String, Object> connectTimes(String service) throws IOException {
        long[] counts;
        try (CountersReader counters = CountersReader.open(StateDirectory.counters(stateDirectory))) {
            counts = counters.sums().getOrDefault(new RowKey(Kind.CONNECT_TIME, -1, service, ""), new long[32]);
        }
        long total = 0;
        for (int bucket = 0; bucket < ConnectTimeBuckets.COUNT; bucket++) {
            total += counts[bucket];
        }
        Map<String, Object> times = new LinkedHashMap<>();
        times.put("connects", total);
        times.put("average-micros", total == 0 ? 0 : counts[ConnectTimeBuckets.SUM_MICROS] / total);
        for (int percentile : PERCENTILES) {
            times.put("p" + percentile + "-at-most-micros", percentile(counts, total, percentile));
        }
        return times;
    }

    /** Upper bound of the bucket that holds it; -1: longer than the last bound. */
    private static long percentile(long[] counts, long total, int percentile) {
        long needed = (total * percentile + 99) / 100;
        long seen = 0;
        for (int bucket = 0; bucket < ConnectTimeBuckets.COUNT && total > 0; bucket++) {
            seen += counts[bucket];
            if (seen >= needed) {
                long upper = ConnectTimeBuckets.upperMicros(bucket);
                return upper == Long.MAX_VALUE ? -1 : upper;
            }
        }
        return 0;
    }

    // ---- as JSON, with versions ----

    static ObjectNode json(ServiceReport service) {
        ObjectNode node = Wire.json().valueToTree(service);
        ArrayNode servers = node.putArray("servers");
        service.servers().forEach(server -> servers.add(json(server)));
        node.put("version", version(service));
        return node;
    }

    static ObjectNode json(ServerReport server) {
        ObjectNode node = Wire.json().valueToTree(server);
        node.put("version", version(server));
        return node;
    }

    /** Changes with what people change, not with counters or health. */
    static String version(ServerReport server) {
        return version(server.name(), server.address(), server.weight(), server.configuredWeight(), server.admin());
    }

    /** The same version, of the server as the conductor knows it. */
    static String version(ServerStatus server) {
        return version(server.name(), server.address(), server.weight(), server.configuredWeight(), server.admin());
    }

    private static String version(String name, String address, int weight, int configuredWeight, AdminState admin) {
        return tag(name + "\n" + address + "\n" + weight + "\n" + configuredWeight + "\n" + admin);
    }

    static String version(ServiceReport service) {
        StringBuilder versions = new StringBuilder(service.name() + "\n" + service.listen() + "\n" + service.mode()
                + "\n" + service.scheduler());
        service.servers().forEach(server -> versions.append('\n').append(version(server)));
        return tag(versions.toString());
    }

    /** An entity tag (RFC 9110, 8.8.3) for a text. */
    static String tag(String text) {
        try {
            byte[] digest = java.security.MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return "\"" + java.util.HexFormat.of().formatHex(digest, 0, 8) + "\"";
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
