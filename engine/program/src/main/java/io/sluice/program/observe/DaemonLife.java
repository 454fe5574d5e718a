package io.sluice.program.observe;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sluice.ringbuffers.counters.CountersReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Whether the daemon behind some files lives, told from outside without asking it.
 *
 * @param running whether its process is there
 * @param pid of that process
 * @param started when it started
 * @param lastSeen the newest heartbeat of its workers; null: none has beaten
 * @param stuckWorkers workers of a running daemon that have not beaten for {@link #STUCK_AFTER}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DaemonLife(boolean running, long pid, Instant started, @Nullable Instant lastSeen,
        List<Integer> stuckWorkers) {
    /** A worker beats ten times a second; one that is silent this long does no work. */
    public static final Duration STUCK_AFTER = Duration.ofSeconds(3);
    /** Clocks of the process table and of the file differ by a rounding. */
    private static final Duration ROUNDING = Duration.ofSeconds(2);

    public DaemonLife {
        stuckWorkers = List.copyOf(stuckWorkers);
    }

    static DaemonLife read(CountersReader counters, int workers, Instant now) {
        Instant started = Instant.ofEpochMilli(counters.startEpochMs());
        boolean running = ProcessHandle.of(counters.pid()).filter(process -> is(process, started)).isPresent();
        long newest = IntStream.range(0, workers).mapToLong(counters::heartbeatEpochMs).max().orElse(0);
        List<Integer> stuck = IntStream.range(0, running ? workers : 0)
                .filter(worker -> isStuck(counters.heartbeatEpochMs(worker), started, now)).boxed().toList();
        return new DaemonLife(running, counters.pid(), started, newest == 0 ? null : Instant.ofEpochMilli(newest),
                stuck);
    }

    /** The pid of a daemon that died may belong to another process by now: one that started after the daemon did. */
    private static boolean is(ProcessHandle process, Instant started) {
        return process.isAlive()
                && process.info().startInstant().map(start -> start.isBefore(started.plus(ROUNDING))).orElse(true);
    }

    /** A worker that has not beaten yet is given the same time from the start on. */
    private static boolean isStuck(long heartbeatMs, Instant started, Instant now) {
        Instant last = heartbeatMs == 0 ? started : Instant.ofEpochMilli(heartbeatMs);
        return last.plus(STUCK_AFTER).isBefore(now);
    }
}
