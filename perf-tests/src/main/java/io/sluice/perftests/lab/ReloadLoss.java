package io.sluice.perftests.lab;

import io.sluice.perftests.contender.Running;
import io.sluice.perftests.contender.Work;
import io.sluice.perftests.load.Interval;
import io.sluice.perftests.load.LoadMode;
import io.sluice.perftests.load.LoadOutcome;
import io.sluice.perftests.load.LoadPlan;
import io.sluice.perftests.load.LoadRun;
import io.sluice.perftests.load.RateProfile;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** How many new connections fail while the configuration is reloaded again and again. */
record ReloadLoss(String id, String title) implements Workload.OnRunning {
    private static final int CONNECTIONS_PER_SECOND = 1_000;

    @Override
    public Work work() {
        return Work.SHORT;
    }

    @Override
    public List<Metric> metrics() {
        return List.of(Metric.LOST_BY_RELOAD);
    }

    @Override
    public Measured measure(TestBed testBed, Running contender) throws IOException {
        if (!contender.reloads()) {
            return new Measured(Map.of(), null, "");
        }
        Reloading reloading = new Reloading(contender);
        long seconds = testBed.timing().measuredNs();
        LoadPlan.Builder plan = LoadPlan.to(LoadMode.CONNECT_REQUEST_CLOSE, contender.front(work())).connections(64)
                .rate(RateProfile.constant(CONNECTIONS_PER_SECOND)).late(1_000_000, 1)
                .times(testBed.timing().warmUpNs() / 4, seconds, Math.max(seconds / 10, 50_000_000));
        LoadOutcome outcome = testBed.run(plan, reloading);
        if (!reloading.trouble.isEmpty()) {
            return new Measured(Map.of(), null, reloading.trouble);
        }
        return new Measured(Map.of(Metric.LOST_BY_RELOAD, (double) outcome.total().failures()), null,
                reloading.count < 2 ? "only " + reloading.count + " reloads" : "");
    }

    /** One reload at the end of every interval. */
    private static final class Reloading implements LoadRun.Listener {
        private final Running contender;
        private int count;
        private String trouble = "";

        Reloading(Running contender) {
            this.contender = contender;
        }

        @Override
        public void interval(Interval interval) {
            try {
                contender.reload();
                count++;
            } catch (IOException e) {
                trouble = "reload: " + e.getMessage();
            }
        }
    }
}
