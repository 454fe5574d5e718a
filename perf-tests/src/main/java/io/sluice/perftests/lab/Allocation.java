package io.sluice.perftests.lab;

import io.sluice.perftests.contender.Running;
import io.sluice.perftests.contender.Work;
import io.sluice.perftests.load.Count;
import io.sluice.perftests.load.LoadMode;
import io.sluice.perftests.load.LoadOutcome;
import io.sluice.perftests.load.LoadPlan;
import io.sluice.perftests.load.LoadRun;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a contender on the JVM allocates per operation in steady state, by the JVM's own account. */
record Allocation(String id, String title, Work work, LoadMode mode) implements Workload.OnRunning {
    private static final int CONNECTIONS = 64;

    @Override
    public List<Metric> metrics() {
        return List.of(Metric.ALLOCATED_PER_OPERATION);
    }

    @Override
    public Measured measure(TestBed testBed, Running contender) throws IOException {
        if (contender.jvmLog().isEmpty() || contender.process().isEmpty()) {
            return new Measured(Map.of(), null, "");
        }
        Account account = new Account(contender);
        LoadPlan.Builder plan = LoadPlan.to(mode, contender.front(work)).connections(CONNECTIONS)
                .times(testBed.timing().warmUpNs(), testBed.timing().measuredNs(), testBed.timing().measuredNs());
        LoadOutcome outcome = testBed.run(plan, account);
        if (account.asked < 2) {
            return new Measured(Map.of(), null, "the JVM could not be asked (is there a jcmd beside its java?)");
        }
        return new Measured(Map.of(Metric.ALLOCATED_PER_OPERATION,
                (double) account.bytes / Math.max(1, outcome.total().count(Count.OPERATIONS))), null, "");
    }

    private static final class Account implements LoadRun.Listener {
        private final Running contender;
        private long bytes;
        private int asked;

        Account(Running contender) {
            this.contender = contender;
        }

        @Override
        public void measuring(boolean begins) throws IOException {
            Optional<Long> now = JvmHeap.allocatedBytes(contender.process().orElseThrow(),
                    contender.jvmLog().orElseThrow());
            if (now.isPresent()) {
                bytes = begins ? now.get() : now.get() - bytes;
                asked++;
            }
        }
    }
}
