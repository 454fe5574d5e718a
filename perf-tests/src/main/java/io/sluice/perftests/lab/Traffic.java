package io.sluice.perftests.lab;

import io.sluice.perftests.contender.Running;
import io.sluice.perftests.contender.Work;
import io.sluice.perftests.host.ProcessUsage;
import io.sluice.perftests.load.Count;
import io.sluice.perftests.load.Interval;
import io.sluice.perftests.load.LoadMode;
import io.sluice.perftests.load.LoadOutcome;
import io.sluice.perftests.load.LoadPlan;
import io.sluice.perftests.load.LoadRun;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.HdrHistogram.Histogram;

/** A workload that is plain load for a while: rate, latencies, CPU of the contender per unit of work. */
record Traffic(String id, String title, Work work, LoadMode mode, int connections, List<Metric> metrics,
        UnaryOperator<LoadPlan.Builder> details) implements Workload.OnRunning {
    private static final double GIB = 1 << 30;
    private static final double MOST_FAILURES = 0.001;

    @Override
    public Measured measure(TestBed testBed, Running contender) throws IOException {
        InetSocketAddress front = contender.front(work);
        long slice = Math.max(testBed.timing().measuredNs() / 20, 50_000_000);
        LoadPlan.Builder plan = details
                .apply(LoadPlan.to(mode, front).connections(connections).times(testBed.timing().warmUpNs(),
                        testBed.timing().measuredNs(), slice));
        Watch watch = new Watch(testBed, contender);
        LoadOutcome outcome = testBed.run(plan, watch);
        return new Measured(figures(outcome, watch), outcome, trouble(outcome));
    }

    @Override
    public boolean inVisits() {
        return true;
    }

    private Map<Metric, Double> figures(LoadOutcome outcome, Watch watch) {
        Interval total = outcome.total();
        Histogram latency = total.latency;
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        for (Metric metric : metrics) {
            double value = switch (metric) {
                case BYTES_PER_SECOND -> watch.serverBytes / watch.seconds;
                case DATAGRAMS_PER_SECOND -> watch.serverDatagrams / watch.seconds;
                case OPERATIONS_PER_SECOND -> total.perSecond(Count.OPERATIONS);
                case P50 -> latency.getValueAtPercentile(50) / 1e3;
                case P99 -> latency.getValueAtPercentile(99) / 1e3;
                case P999 -> latency.getValueAtPercentile(99.9) / 1e3;
                case CPU_PER_GIB -> watch.cpuSeconds / (watch.serverBytes / GIB);
                case CPU_PER_OPERATION -> watch.cpuSeconds * 1e6
                        / Math.max(1,
                                mode == LoadMode.UDP_SEND ? watch.serverDatagrams : total.count(Count.OPERATIONS));
                default -> throw new IllegalStateException(metric + " is no figure of plain traffic");
            };
            if (Double.isFinite(value)) {
                values.put(metric, value);
            }
        }
        return values;
    }

    private static String trouble(LoadOutcome outcome) {
        if (!outcome.valid()) {
            return String.join("; ", outcome.judgement().unbelievableBecause());
        }
        long failures = outcome.total().failures();
        return failures > MOST_FAILURES * Math.max(1, outcome.total().count(Count.OPERATIONS))
                ? failures + " operations failed"
                : "";
    }

    /** Reads what servers and contender have done at both ends of the measured time. */
    private final class Watch implements LoadRun.Listener {
        private final TestBed testBed;
        private final Running contender;
        private long beganNs;
        private double seconds;
        private double cpuSeconds;
        private double serverBytes;
        private double serverDatagrams;

        Watch(TestBed testBed, Running contender) {
            this.testBed = testBed;
            this.contender = contender;
        }

        @Override
        public void measuring(boolean begins) {
            int sign = begins ? -1 : 1;
            long nowNs = System.nanoTime();
            beganNs = begins ? nowNs : beganNs;
            seconds = (nowNs - beganNs) / 1e9;
            serverBytes += sign * testBed.statistics(work).bytesReceived.get();
            serverDatagrams += sign * testBed.statistics(work).datagrams.get();
            cpuSeconds += sign * contender.usage().map(ProcessUsage::cpuSeconds).orElse(Double.NaN);
        }
    }
}
