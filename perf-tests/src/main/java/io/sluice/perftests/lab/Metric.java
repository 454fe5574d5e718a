package io.sluice.perftests.lab;

import io.sluice.perftests.Units;
import java.util.Arrays;

/** One figure of a workload: its unit, and which way is better. */
public enum Metric {
    BYTES_PER_SECOND("bytes-per-second", "throughput", true),
    OPERATIONS_PER_SECOND("operations-per-second", "rate", true),
    DATAGRAMS_PER_SECOND("datagrams-per-second", "delivered", true),
    P50("p50", "p50", false),
    P99("p99", "p99", false),
    P999("p99.9", "p99.9", false),
    CPU_PER_GIB("cpu-seconds-per-gib", "CPU per GiB", false),
    CPU_PER_OPERATION("cpu-us-per-operation", "CPU per operation", false),
    BYTES_PER_CONNECTION("bytes-per-connection", "memory each", false),
    ALLOCATED_PER_OPERATION("allocated-bytes-per-operation", "allocated per operation", false),
    LOST_BY_RELOAD("lost-by-reload", "lost by reload", false),
    FAILOVER_GAP("failover-gap-ms", "failover gap", false);

    public final String word;
    public final String title;
    public final boolean moreIsBetter;

    Metric(String word, String title, boolean moreIsBetter) {
        this.word = word;
        this.title = title;
        this.moreIsBetter = moreIsBetter;
    }

    public static Metric of(String word) {
        return Arrays.stream(values()).filter(metric -> metric.word.equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown metric '" + word + "'; one of "
                                + String.join(", ", Arrays.stream(values()).map(metric -> metric.word).toList())));
    }

    /** The value as people read it. */
    public String show(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        return switch (this) {
            case BYTES_PER_SECOND -> Units.bytes(value) + "/s";
            case OPERATIONS_PER_SECOND, DATAGRAMS_PER_SECOND -> Units.count(value) + "/s";
            case P50, P99, P999 -> Units.duration(value * 1e3);
            case CPU_PER_GIB -> String.format(java.util.Locale.ROOT, "%.2f s", value);
            case CPU_PER_OPERATION -> Units.duration(value * 1e3);
            case BYTES_PER_CONNECTION, ALLOCATED_PER_OPERATION -> Units.bytes(value);
            case LOST_BY_RELOAD -> Units.count(value);
            case FAILOVER_GAP -> Units.duration(value * 1e6);
        };
    }
}
