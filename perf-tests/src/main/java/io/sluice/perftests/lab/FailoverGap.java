package io.sluice.perftests.lab;

import io.sluice.perftests.contender.Contender;
import io.sluice.perftests.contender.Running;
import io.sluice.perftests.contender.Work;
import io.sluice.perftests.load.Count;
import io.sluice.perftests.load.Interval;
import io.sluice.perftests.load.LoadMode;
import io.sluice.perftests.load.LoadOutcome;
import io.sluice.perftests.load.LoadPlan;
import io.sluice.perftests.load.LoadRun;
import io.sluice.perftests.load.RateProfile;
import io.sluice.perftests.serve.TargetServer;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** One of two servers goes away under load: how long until every new connection succeeds again. */
record FailoverGap(String id, String title) implements Workload.OnFresh {
    private static final int CONNECTIONS_PER_SECOND = 500;
    private static final long SLICE_NS = 20_000_000;

    @Override
    public Work work() {
        return Work.SHORT;
    }

    @Override
    public List<Metric> metrics() {
        return List.of(Metric.FAILOVER_GAP);
    }

    @Override
    public Measured measure(TestBed testBed, Contender contender, String folder) throws IOException {
        try (TargetServer stays = testBed.serve();
                TargetServer goes = testBed.serve();
                Running running = contender.start(testBed.situation(folder, stays, goes))) {
            Killer killer = new Killer(goes, testBed.timing().measuredNs() / 3e9);
            LoadPlan.Builder plan = LoadPlan.to(LoadMode.CONNECT_REQUEST_CLOSE, running.front(work())).connections(64)
                    .rate(RateProfile.constant(CONNECTIONS_PER_SECOND)).late(1_000_000, 1)
                    .times(testBed.timing().warmUpNs() / 2, testBed.timing().measuredNs(), SLICE_NS);
            LoadOutcome outcome = testBed.run(plan, killer);
            if (killer.killedNs == 0) {
                return new Measured(Map.of(), null, "the server was not taken away");
            }
            return new Measured(
                    Map.of(Metric.FAILOVER_GAP, gapMs(outcome, (killer.killedNs - outcome.measuredFromNs()) / 1e9)),
                    null, "");
        }
    }

    /** From the kill to the end of the last slice with a failure or without any success. */
    private static double gapMs(LoadOutcome outcome, double killedSeconds) {
        double end = killedSeconds;
        for (Interval slice : outcome.series()) {
            boolean bad = slice.failures() > 0 || slice.count(Count.OPERATIONS) == 0;
            if (bad && slice.fromSeconds + slice.seconds > killedSeconds) {
                end = slice.fromSeconds + slice.seconds;
            }
        }
        return (end - killedSeconds) * 1e3;
    }

    private static final class Killer implements LoadRun.Listener {
        private final TargetServer victim;
        private final double atSeconds;
        private long killedNs;

        Killer(TargetServer victim, double atSeconds) {
            this.victim = victim;
            this.atSeconds = atSeconds;
        }

        @Override
        public void interval(Interval interval) {
            if (killedNs == 0 && interval.fromSeconds >= atSeconds) {
                killedNs = System.nanoTime();
                victim.close();
            }
        }
    }
}
