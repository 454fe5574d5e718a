package io.sluice.perftests.lab;

import io.sluice.perftests.contender.Running;
import io.sluice.perftests.contender.Work;
import java.io.IOException;
import java.util.List;

/**
 * Plain load on a contender that shares its processors with a busy neighbour. For work that costs the generator as much
 * as the balancer: with half a core the balancer is the limit, and its figure is its own.
 */
record HalfCore(String id, Traffic traffic) implements Workload.OnRunning {
    @Override
    public String title() {
        return traffic.title() + ", half a core";
    }

    @Override
    public Work work() {
        return traffic.work();
    }

    @Override
    public List<Metric> metrics() {
        return traffic.metrics();
    }

    @Override
    public Measured measure(TestBed testBed, Running contender) throws IOException {
        try (var _ = testBed.neighbour()) {
            return traffic.measure(testBed, contender);
        }
    }

    @Override
    public boolean inVisits() {
        return true;
    }
}
