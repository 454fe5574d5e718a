package io.sluice.perftests.lab;

import io.sluice.perftests.contender.Work;
import io.sluice.perftests.load.LoadMode;
import io.sluice.perftests.load.RateProfile;
import java.util.ArrayList;
import java.util.List;

/** All workloads, by the names users type. Stateless. */
public final class Workloads {
    private static final List<Metric> BULK = List.of(Metric.BYTES_PER_SECOND, Metric.CPU_PER_GIB);
    private static final List<Metric> ASKED = List.of(Metric.OPERATIONS_PER_SECOND, Metric.P50, Metric.P99,
            Metric.CPU_PER_OPERATION);
    private static final List<Metric> DELIVERED = List.of(Metric.DATAGRAMS_PER_SECOND, Metric.CPU_PER_OPERATION);

    /** Load and servers share a processor here: the generator waits for its servers now and then. */
    private static final double LATE_LIMIT = 0.05;

    public static final List<Workload> TCP = List.of(
            new Traffic("bulk-1", "bulk, 1 connection, one way", Work.SINK, LoadMode.BULK, 1, BULK, plan -> plan),
            new Traffic("bulk-64", "bulk, 64 connections, one way", Work.SINK, LoadMode.BULK, 64, BULK, plan -> plan),
            new Traffic("rr-64", "request-response 64 B, 64 connections", Work.ECHO, LoadMode.REQUEST_RESPONSE, 64,
                    ASKED,
                    plan -> plan),
            new Traffic("crc-64", "connect-request-close, 64 in flight", Work.SHORT, LoadMode.CONNECT_REQUEST_CLOSE, 64,
                    ASKED, plan -> plan),
            atRate("rr-20k", "request-response 64 B at 20,000/s, open loop", 20_000),
            new IdleMemory("idle", "idle connections", Work.ECHO));

    public static final List<Workload> UDP = List.of(
            new Traffic("udp-rr-64", "UDP round trip 64 B, 64 sockets", Work.UDP_ECHO, LoadMode.UDP_REQUEST_RESPONSE,
                    64,
                    ASKED, plan -> plan),
            oneWay("udp-64b", 64, false), oneWay("udp-1200b", 1_200, false),
            new HalfCore("udp-64b-half", oneWay("udp-64b", 64, false)),
            new HalfCore("udp-1200b-half", oneWay("udp-1200b", 1_200, false)),
            oneWay("udp-64b-gso", 64, true), oneWay("udp-1200b-gso", 1_200, true),
            new Traffic("udp-new", "UDP new sessions, 64 in flight", Work.UDP_ONCE, LoadMode.UDP_NEW_SESSION, 64, ASKED,
                    plan -> plan),
            new IdleMemory("udp-idle", "idle UDP sessions", Work.UDP_ECHO));

    /** One of each kind, for a short look. */
    public static final List<String> CORE = List.of("bulk-64", "rr-64", "crc-64", "udp-rr-64", "udp-64b");

    /** What gates add: how Sluice behaves rather than how fast it is. */
    public static final List<Workload> BEHAVIOUR = List.of(
            new Allocation("allocation", "allocation, request-response 64 B", Work.ECHO, LoadMode.REQUEST_RESPONSE),
            new Allocation("allocation-crc", "allocation, connect-request-close", Work.SHORT,
                    LoadMode.CONNECT_REQUEST_CLOSE),
            new ReloadLoss("reload", "connections lost while reloading"),
            new FailoverGap("failover", "a server goes away"));

    private Workloads() {
    }

    /** Request-response at a fixed rate: latency as users would feel it, at a load that is the same for everyone. */
    public static Workload atRate(String id, String title, double perSecond) {
        return new Traffic(id, title, Work.ECHO, LoadMode.REQUEST_RESPONSE, 64,
                List.of(Metric.P50, Metric.P99, Metric.P999),
                plan -> plan.rate(RateProfile.constant(perSecond)).poisson(true).late(1_000_000, LATE_LIMIT));
    }

    /**
     * @param gso from programs that let the kernel cut (QUIC does): the generator makes more than a balancer forwards
     */
    private static Traffic oneWay(String id, int bytes, boolean gso) {
        return new Traffic(id, "UDP one way, %,d B, 64 sockets".formatted(bytes) + (gso ? ", UDP_SEGMENT" : ""),
                Work.UDP_SINK, LoadMode.UDP_SEND, 64, DELIVERED, plan -> plan.sizes(bytes, 0).gso(gso));
    }

    /** `tcp`, `udp`, `behaviour`, `core`, `all`, or names of workloads with commas between them. */
    public static List<Workload> of(String words) {
        List<Workload> all = new ArrayList<>(TCP);
        all.addAll(UDP);
        all.addAll(BEHAVIOUR);
        List<Workload> chosen = new ArrayList<>();
        for (String word : words.split(",")) {
            switch (word.trim()) {
                case "tcp" -> chosen.addAll(TCP);
                case "udp" -> chosen.addAll(UDP);
                case "behaviour" -> chosen.addAll(BEHAVIOUR);
                case "core" -> CORE.forEach(id -> chosen.addAll(of(id)));
                case "all" -> chosen.addAll(all);
                default -> chosen.add(all.stream().filter(workload -> workload.id().equals(word.trim())).findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "unknown workload '" + word + "'; tcp, udp, behaviour, core, all or of "
                                        + String.join(", ", all.stream().map(Workload::id).toList()))));
            }
        }
        return chosen;
    }
}
