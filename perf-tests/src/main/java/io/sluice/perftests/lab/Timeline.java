package io.sluice.perftests.lab;

import java.util.List;

/** Latency over the time of one trial, with the pauses its JVM took meanwhile. */
public record Timeline(String contender, String workload, List<Moment> moments, List<Pause> pauses) {
    /** @param atSeconds since the measured time began */
    public record Moment(double atSeconds, double p50Us, double p99Us, double maxUs) {
    }

    /** A collection or a safepoint. */
    public record Pause(double atSeconds, double milliseconds, String what) {
    }

    public Timeline {
        moments = List.copyOf(moments);
        pauses = List.copyOf(pauses);
    }
}
