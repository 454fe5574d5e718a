package io.sluice.perftests.lab;

import io.sluice.perftests.contender.Contender;
import io.sluice.perftests.contender.Running;
import io.sluice.perftests.contender.Work;
import io.sluice.perftests.host.OwnProcess;
import io.sluice.perftests.host.ProcessUsage;
import io.sluice.perftests.load.Count;
import io.sluice.perftests.load.LoadMode;
import io.sluice.perftests.load.LoadOutcome;
import io.sluice.perftests.load.LoadPlan;
import io.sluice.perftests.load.LoadRun;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Memory of the contender's processes for each of many connections (or UDP sessions) that stand idle, beyond what it
 * needs without them.
 */
record IdleMemory(String id, String title, Work work) implements Workload.OnFresh {
    private static final long MS = 1_000_000;
    private static final int SPARE_DESCRIPTORS = 500;
    private static final double FEWEST_OPENED = 0.99;

    @Override
    public List<Metric> metrics() {
        return List.of(Metric.BYTES_PER_CONNECTION);
    }

    @Override
    public Measured measure(TestBed testBed, Contender contender, String folder) throws IOException {
        try (Running running = contender.start(testBed.situation(folder))) {
            return measure(testBed, running);
        }
    }

    private Measured measure(TestBed testBed, Running contender) throws IOException {
        Optional<ProcessUsage> empty = contender.usage();
        if (empty.isEmpty()) {
            return new Measured(Map.of(), null, "");
        }
        // clients and servers live in one process: two descriptors for each connection
        int wanted = (int) Math.min(testBed.timing().idleConnections(),
                (OwnProcess.descriptorLimit() - SPARE_DESCRIPTORS) / 2);
        Peak peak = new Peak(contender);
        // a UDP session only exists once a datagram has passed: each socket asks once a second
        LoadPlan.Builder plan = work.udp()
                ? LoadPlan.to(LoadMode.UDP_REQUEST_RESPONSE, contender.front(work)).connections(wanted)
                        .think(1_000 * MS)
                        .timeouts(5_000 * MS, 20_000 * MS)
                : LoadPlan.to(LoadMode.IDLE, contender.front(work)).connections(wanted).timeouts(20_000 * MS,
                        20_000 * MS);
        LoadOutcome outcome = testBed.run(plan.times(500 * MS, 1_500 * MS, 100 * MS), peak);
        long opened = outcome.series().getLast().connections;
        double each = (peak.residentBytes - empty.get().residentBytes()) / (double) Math.max(1, opened);
        String trouble = opened < wanted * FEWEST_OPENED
                ? "only " + opened + " of " + wanted + " connections stood (" + outcome.total().failures()
                        + " failures, "
                        + outcome.total().count(Count.CONNECTED) + " opened late)"
                : "";
        return new Measured(Map.of(Metric.BYTES_PER_CONNECTION, each), null, trouble);
    }

    /** The memory while all of them stand. */
    private static final class Peak implements LoadRun.Listener {
        private final Running contender;
        private long residentBytes;

        Peak(Running contender) {
            this.contender = contender;
        }

        @Override
        public void measuring(boolean begins) {
            residentBytes = contender.usage().map(ProcessUsage::residentBytes).orElse(0L);
        }
    }
}
