package io.sluice.program.admin.http;

import io.sluice.program.observe.DaemonReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Bandwidth, load and memory of the last hour, in memory. One thread samples, any thread reads. */
final class History {
    static final Duration EVERY = Duration.ofSeconds(5);
    private static final int KEPT = (int) (Duration.ofHours(1).toMillis() / EVERY.toMillis());

    private final Deque<Sample> samples = new ArrayDeque<>(KEPT);
    private @Nullable Totals last;

    /**
     * How it was at one time.
     *
     * @param rxBytesPerSecond from clients
     * @param txBytesPerSecond to clients
     * @param memoryUsedBytes of the host
     */
    record Sample(Instant time, double rxBytesPerSecond, double txBytesPerSecond, double load1, double load5,
            double load15, long memoryUsedBytes, long connections) {
    }

    private record Totals(long atNs, long in, long out) {
    }

    void sample(DaemonReport report) throws IOException {
        long in = 0;
        long out = 0;
        long connections = 0;
        for (var service : report.services()) {
            in += service.bytesIn();
            out += service.bytesOut();
            connections += service.connections();
        }
        Totals now = new Totals(System.nanoTime(), in, out);
        Totals before = last;
        last = now;
        if (before == null) {
            return;
        }
        double seconds = Math.max(1e-3, (now.atNs() - before.atNs()) / 1e9);
        String[] load = Files.readString(Path.of("/proc/loadavg")).split(" ");
        // a service that was removed takes its counters along: no negative rates
        add(new Sample(Instant.now(), Math.max(0, (now.in() - before.in()) / seconds),
                Math.max(0, (now.out() - before.out()) / seconds), Double.parseDouble(load[0]),
                Double.parseDouble(load[1]), Double.parseDouble(load[2]), memoryUsedBytes(), connections));
    }

    synchronized Map<String, Object> view() {
        List<Sample> kept = new ArrayList<>(samples);
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("rx-bytes-per-second", summary(kept, Sample::rxBytesPerSecond));
        summary.put("tx-bytes-per-second", summary(kept, Sample::txBytesPerSecond));
        summary.put("load1", summary(kept, Sample::load1));
        summary.put("load5", summary(kept, Sample::load5));
        summary.put("load15", summary(kept, Sample::load15));
        summary.put("memory-used-bytes", summary(kept, Sample::memoryUsedBytes));
        return Map.of("interval-seconds", EVERY.toSeconds(), "summary", summary, "samples", kept);
    }

    private synchronized void add(Sample sample) {
        if (samples.size() == KEPT) {
            samples.removeFirst();
        }
        samples.addLast(sample);
    }

    private static Map<String, Double> summary(List<Sample> samples, ToDoubleFunction<Sample> value) {
        var statistics = samples.stream().mapToDouble(value).summaryStatistics();
        return statistics.getCount() == 0
                ? Map.of("min", 0.0, "avg", 0.0, "max", 0.0)
                : Map.of("min", statistics.getMin(), "avg", statistics.getAverage(), "max", statistics.getMax());
    }

    private static long memoryUsedBytes() throws IOException {
        long total = 0;
        long available = 0;
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("MemTotal:")) {
                total = kibibytes(line);
            } else if (line.startsWith("MemAvailable:")) {
                available = kibibytes(line);
            }
        }
        return total - available;
    }

    private static long kibibytes(String line) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
    }
}
