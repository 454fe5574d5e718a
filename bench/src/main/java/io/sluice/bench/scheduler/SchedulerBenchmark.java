package io.sluice.bench.scheduler;

import io.sluice.scheduler.SchedulerKind;
import io.sluice.scheduler.SchedulerPlan;
import io.sluice.scheduler.ServerSet;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One choice for a new client, with the bookkeeping of a client that comes and one that goes. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SchedulerBenchmark {
    /** A scheduler of Sluice. */
    @State(Scope.Thread)
    public static class Candidate {
        @Param({"round-robin", "weighted-round-robin", "least-connections", "weighted-least-connections", "source-hash",
            "maglev", "random-of-two"})
        String scheduler = "";

        @Param({"4", "32", "256"})
        int servers;

        private ServerSet set = Traffic.servers(0);
        private Traffic traffic = new Traffic((client, load) -> 0, 1);

        @Setup
        public void start() {
            set = Traffic.servers(servers);
            traffic = new Traffic(plan().forWorker(1), servers);
        }

        private SchedulerPlan plan() {
            return SchedulerPlan.of(Objects.requireNonNull(SchedulerKind.named(scheduler), scheduler), set);
        }
    }

    /** Another way to choose. */
    @State(Scope.Thread)
    public static class Baseline {
        @Param({"random", "shared-round-robin", "map-of-clients", "nginx-consistent-hash", "haproxy-random-of-two",
            "haproxy-least-connections"})
        String baseline = "";

        @Param({"4", "32", "256"})
        int servers;

        private Traffic traffic = new Traffic((client, load) -> 0, 1);

        @Setup
        public void start() {
            traffic = new Traffic(Baselines.named(baseline, Traffic.servers(servers)), servers);
        }
    }

    @Benchmark
    public int choose(Candidate candidate) {
        return candidate.traffic.takeOneReleaseOne();
    }

    /** What the control plane pays when the set of servers changes. */
    @Benchmark
    public SchedulerPlan prepare(Candidate candidate) {
        return candidate.plan();
    }

    @Benchmark
    public int baseline(Baseline baseline) {
        return baseline.traffic.takeOneReleaseOne();
    }
}
