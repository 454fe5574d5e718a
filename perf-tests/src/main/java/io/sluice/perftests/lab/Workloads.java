package io.sluice.perftests.lab;

import io.sluice.perftests.contender.Work;
import io.sluice.perftests.load.Mode;
import java.util.ArrayList;
import java.util.List;

/** All workloads, by the names users type. Stateless. */
public final class Workloads {
    private static final List<Metric> BULK = List.of(Metric.BYTES_PER_SECOND, Metric.CPU_PER_GIB);
    private static final List<Metric> ASKED = List.of(Metric.OPERATIONS_PER_SECOND, Metric.P50, Metric.P99,
            Metric.CPU_PER_OPERATION);
    private static final List<Metric> DELIVERED = List.of(Metric.DATAGRAMS_PER_SECOND, Metric.CPU_PER_OPERATION);

    public static final List<Workload> TCP = List.of(
            new Traffic("bulk-1", "bulk, 1 connection, one way", Work.SINK, Mode.BULK, 1, BULK, plan -> plan),
            new Traffic("bulk-64", "bulk, 64 connections, one way", Work.SINK, Mode.BULK, 64, BULK, plan -> plan),
            new Traffic("rr-64", "request-response 64 B, 64 connections", Work.ECHO, Mode.REQUEST_RESPONSE, 64, ASKED,
                    plan -> plan),
            new Traffic("crc-64", "connect-request-close, 64 in flight", Work.SHORT, Mode.CONNECT_REQUEST_CLOSE, 64,
                    ASKED, plan -> plan),
            new IdleMemory("idle", "idle connections", Work.ECHO));

    public static final List<Workload> UDP = List.of(
            new Traffic("udp-rr-64", "UDP round trip 64 B, 64 sockets", Work.UDP_ECHO, Mode.UDP_REQUEST_RESPONSE, 64,
                    ASKED, plan -> plan),
            new Traffic("udp-64b", "UDP one way, 64 B, 64 sockets", Work.UDP_SINK, Mode.UDP_SEND, 64, DELIVERED,
                    plan -> plan.sizes(64, 0)),
            new Traffic("udp-1200b", "UDP one way, 1,200 B, 64 sockets", Work.UDP_SINK, Mode.UDP_SEND, 64, DELIVERED,
                    plan -> plan.sizes(1_200, 0)),
            new Traffic("udp-new", "UDP new sessions, 64 in flight", Work.UDP_ONCE, Mode.UDP_NEW_SESSION, 64, ASKED,
                    plan -> plan),
            new IdleMemory("udp-idle", "idle UDP sessions", Work.UDP_ECHO));

    private Workloads() {
    }

    /** `tcp`, `udp`, `all`, or names of workloads with commas between them. */
    public static List<Workload> of(String words) {
        List<Workload> all = new ArrayList<>(TCP);
        all.addAll(UDP);
        List<Workload> chosen = new ArrayList<>();
        for (String word : words.split(",")) {
            switch (word.trim()) {
                case "tcp" -> chosen.addAll(TCP);
                case "udp" -> chosen.addAll(UDP);
                case "all" -> chosen.addAll(all);
                default -> chosen.add(all.stream().filter(workload -> workload.id().equals(word.trim())).findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "unknown workload '" + word + "'; tcp, udp, all or of "
                                        + String.join(", ", all.stream().map(Workload::id).toList()))));
            }
        }
        return chosen;
    }
}
