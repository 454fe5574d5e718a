package io.sluice.perftests.report;

import io.sluice.perftests.gate.GateReport;
import io.sluice.perftests.gate.Limits;
import io.sluice.perftests.gate.NoiseFloor;
import io.sluice.perftests.gate.Pairs;
import io.sluice.perftests.history.Entry;
import io.sluice.perftests.history.History;
import io.sluice.perftests.host.Fingerprint;
import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.Metric;
import io.sluice.perftests.lab.Timeline;
import io.sluice.perftests.lab.Timing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.HdrHistogram.Histogram;

/**
 * Results whose truth is known: Sluice twice HAProxy at bulk in every round, half of it at short connections, level at
 * requests.
 */
public final class KnownResults {
    public static final Instant STARTED = Instant.parse("2026-11-21T10:00:00Z");
    public static final Fingerprint MACHINE = new Fingerprint(
            Map.of("kernel", "Linux 6.18", "processor", "A <model> & more", "cores", "2", "jdk", "Temurin 25"));
    private static final int ROUNDS = 3;

    private KnownResults() {
    }

    public static Comparison comparison() {
        Comparison comparison = new Comparison(STARTED, "loopback",
                "balancer on processor [0], load and servers on [1]", ROUNDS, Timing.FULL, MACHINE);
        comparison.contenders.put("sluice", "sluice 0.1, 1 worker");
        comparison.contenders.put("haproxy", "HAProxy 2.6, mode tcp, 1 thread");
        comparison.contenders.put("direct", "no balancer (the control)");
        comparison.workloads.put("bulk-64", "bulk, 64 connections, one way");
        comparison.workloads.put("rr-64", "request-response 64 B, 64 connections");
        comparison.workloads.put("crc-64", "connect-request-close, 64 in flight");
        Random random = new Random(1);
        for (int round = 0; round < ROUNDS; round++) {
            values(comparison, round, "bulk-64", Metric.BYTES_PER_SECOND, 2e9 + round, 1e9, 4e9);
            values(comparison, round, "bulk-64", Metric.CPU_PER_GIB, 0.4, 0.8, Double.NaN);
            values(comparison, round, "rr-64", Metric.OPERATIONS_PER_SECOND, 60_000 + 9_000 * (round - 1), 60_000,
                    120_000);
            values(comparison, round, "rr-64", Metric.P50, 800, 790, 300);
            values(comparison, round, "rr-64", Metric.P99, 4_000 + 50 * round, 2_000, 900);
            values(comparison, round, "crc-64", Metric.OPERATIONS_PER_SECOND, 7_000 + round, 14_000, 30_000);
        }
        for (String contender : comparison.contenders.keySet()) {
            comparison.latencies.put(contender + "/rr-64", latencies(random, contender.equals("direct") ? 0.3 : 1));
        }
        comparison.timelines.add(timeline(random));
        comparison.remarks.add("nft did not take part: the kernel forwards between networks only");
        return comparison;
    }

    private static void values(Comparison comparison, int round, String workload, Metric metric, double sluice,
            double haproxy, double direct) {
        comparison.put("sluice", workload, metric, round, sluice);
        comparison.put("haproxy", workload, metric, round, haproxy);
        if (!Double.isNaN(direct)) {
            comparison.put("direct", workload, metric, round, direct);
        }
    }

    private static Histogram latencies(Random random, double factor) {
        Histogram histogram = new Histogram(3);
        for (int i = 0; i < 50_000; i++) {
            histogram.recordValue((long) (800_000 * factor * Math.exp(random.nextGaussian() * 0.5)));
        }
        return histogram;
    }

    private static Timeline timeline(Random random) {
        List<Timeline.Moment> moments = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            double p50 = 800 + random.nextInt(100);
            moments.add(new Timeline.Moment(i * 0.3, p50, p50 * 4, p50 * (i == 7 ? 40 : 8)));
        }
        return new Timeline("sluice", "rr-64", moments,
                List.of(new Timeline.Pause(2.2, 12.5, "Pause Young (Allocation Failure)"),
                        new Timeline.Pause(4.4, 6.1, "Pause Young (Allocation Failure)"),
                        new Timeline.Pause(1.1, 0.4, "safepoint Cleanup")));
    }

    /** Forty runs; from the thirtieth on a tenth slower. */
    public static List<Entry> past() {
        Random random = new Random(2);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            double level = i < 29 ? 60_000 : 54_000;
            entries.add(new Entry(STARTED.minusSeconds(3_600L * (40 - i)), String.format("build%02d", i + 1), "sluice",
                    "loopback-full", MACHINE.name(), MACHINE.facts(),
                    Map.of("rr-64/operations-per-second", level * (1 + random.nextGaussian() * 0.01),
                            "rr-64/p99", 4_000 * (1 + random.nextGaussian() * 0.02))));
        }
        return entries;
    }

    public static void writePast(Path file) throws IOException {
        Files.deleteIfExists(file);
        for (Entry entry : past()) {
            History.append(file, entry);
        }
    }

    /** One figure failed, one cannot be judged (its band is wider than its limit), one passed. */
    static GateReport verdicts(NoiseFloor floor) throws IOException {
        Comparison pairs = pairs(0.4, 60_000 * 0.8, 4_000);
        Path limits = Files.createTempFile("limits-", ".yaml");
        Files.writeString(limits, """
                gates:
                  rr-64: { operations-per-second: 7%, p99: 7% }
                  bulk-64: { cpu-seconds-per-gib: 7% }
                """);
        GateReport report = GateReport.of(Pairs.of(pairs), Limits.read(limits), floor);
        Files.delete(limits);
        return report;
    }

    static NoiseFloor noise() {
        return NoiseFloor.of(Pairs.of(pairs(0.4, 60_000, 4_000)), 10, "loopback-full", STARTED);
    }

    private static Comparison pairs(double cpu, double rate, double p99) {
        Random random = new Random(3);
        Comparison comparison = new Comparison(STARTED, "loopback", "two processors", 10, Timing.FULL, MACHINE);
        for (int pair = 0; pair < 10; pair++) {
            comparison.put("baseline", "bulk-64", Metric.CPU_PER_GIB, pair, 0.4 * (1 + random.nextGaussian() * 0.01));
            comparison.put("candidate", "bulk-64", Metric.CPU_PER_GIB, pair, cpu * (1 + random.nextGaussian() * 0.01));
            comparison.put("baseline", "rr-64", Metric.OPERATIONS_PER_SECOND, pair,
                    60_000 * (1 + random.nextGaussian() * 0.01));
            comparison.put("candidate", "rr-64", Metric.OPERATIONS_PER_SECOND, pair,
                    rate * (1 + random.nextGaussian() * 0.01));
            comparison.put("baseline", "rr-64", Metric.P99, pair, 4_000 * Math.exp(random.nextGaussian() * 0.3));
            comparison.put("candidate", "rr-64", Metric.P99, pair, p99 * Math.exp(random.nextGaussian() * 0.3));
        }
        return comparison;
    }
}
