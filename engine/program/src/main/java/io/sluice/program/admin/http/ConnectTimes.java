package io.sluice.program.admin.http;

import io.sluice.control.config.model.StateDirectory;
import io.sluice.dataplane.service.ConnectTimeBuckets;
import io.sluice.ringbuffers.counters.CountersReader;
import io.sluice.ringbuffers.counters.Kind;
import io.sluice.ringbuffers.counters.RowKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long connects to servers took, since the start and in the last five minutes: the workers' histograms, and how
 * they stood before. One thread samples, any thread reads.
 */
final class ConnectTimes {
    static final Duration EVERY = Duration.ofSeconds(15);
    private static final int KEPT = (int) (Duration.ofMinutes(5).toMillis() / EVERY.toMillis());
    private static final List<Integer> PERCENTILES = List.of(50, 90, 99);
    private static final long[] NONE = new long[32];

    private final Path stateDirectory;
    private final Deque<Map<String, long[]>> before = new ArrayDeque<>(KEPT);

    ConnectTimes(Path stateDirectory) {
        this.stateDirectory = stateDirectory;
    }

    void sample() throws IOException {
        Map<String, long[]> now = new HashMap<>();
        read().forEach((key, counts) -> {
            if (key.kind() == Kind.CONNECT_TIME) {
                now.put(key.service(), counts);
            }
        });
        synchronized (this) {
            if (before.size() == KEPT) {
                before.removeFirst();
            }
            before.addLast(now);
        }
    }

    Map<String, Object> view(String service) throws IOException {
        long[] now = read().getOrDefault(new RowKey(Kind.CONNECT_TIME, -1, service, ""), NONE);
        Map<String, Object> view = times(now);
        view.put("recent", times(since(now, oldest(service))));
        return view;
    }

    private Map<RowKey, long[]> read() throws IOException {
        try (CountersReader counters = CountersReader.open(StateDirectory.counters(stateDirectory))) {
            return counters.sums();
        }
    }

    private synchronized long[] oldest(String service) {
        Map<String, long[]> oldest = before.peekFirst();
        return oldest == null ? NONE : oldest.getOrDefault(service, NONE);
    }

    /** A service that was removed and came back counts from nothing again. */
    private static long[] since(long[] now, long[] before) {
        long[] difference = new long[now.length];
        for (int i = 0; i < now.length; i++) {
            difference[i] = now[i] - before[i];
            if (difference[i] < 0) {
                return now;
            }
        }
        return difference;
    }

    private static Map<String, Object> times(long[] counts) {
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
}
