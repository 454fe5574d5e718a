package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testbed.faults.Backend;
import io.sluice.testbed.faults.Fault;
import io.sluice.testbed.faults.FaultRun;
import io.sluice.testbed.faults.FaultSchedule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that can go wrong around a daemon at moments that a seed chooses: one of 15 s, twenty of 30 s with
 * {@code -Dsluice.long=true}; {@code -Dsluice.faults.seed=N} runs that one, of {@code -Dsluice.faults.seconds}.
 */
@Tag("peer") // it mounts file systems
class FaultScheduleTest {
    private static final boolean LONG = Boolean.getBoolean("sluice.long");
    private static final int SECONDS = Integer.getInteger("sluice.faults.seconds", LONG ? 30 : 15);

    static LongStream seeds() {
        Long chosen = Long.getLong("sluice.faults.seed");
        return chosen != null ? LongStream.of(chosen) : LongStream.rangeClosed(1, LONG ? 20 : 1);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void no_byte_is_lost_nobody_hangs_and_nothing_is_silent_whatever_goes_wrong(long seed, @TempDir Path directory)
            throws Exception {
        FaultSchedule schedule = FaultSchedule.of(seed, Duration.ofSeconds(SECONDS));
        String transport = seed % 2 == 0 ? "epoll" : "io_uring";
        System.out.println(transport + ", " + schedule);
        try (Backend a = new Backend("a");
                Backend b = new Backend("b");
                Backend c = new Backend("c");
                FaultedDaemon daemon = new FaultedDaemon(directory, transport, List.of(a, b, c))) {
            new FaultRun(schedule, daemon, List.of(a, b, c)).run();
        }
    }

    @Test
    void a_seed_gives_the_same_schedule_again_and_every_fault_its_turn() {
        FaultSchedule schedule = FaultSchedule.of(7, Duration.ofSeconds(30));
        assertThat(FaultSchedule.of(7, Duration.ofSeconds(30))).isEqualTo(schedule);
        assertThat(FaultSchedule.of(8, Duration.ofSeconds(30))).isNotEqualTo(schedule);
        assertThat(schedule.steps()).extracting(FaultSchedule.Step::fault).contains(Fault.values());
    }
}
