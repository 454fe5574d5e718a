package io.sluice.perftests.load;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One run of a plan: starts the driver threads, samples them at every interval, stops them. Runs on the caller's
 * thread.
 */
public final class LoadRun {
    /** Hears of a run while it goes; on the thread that runs it. */
    public interface Listener {
        /** One interval is over; in the warm-up its {@code fromSeconds} is negative. */
        default void interval(Interval interval) {
        }

        /** The measured time begins, or has just ended. */
        default void measuring(boolean begins) throws IOException {
        }
    }

    private static final long HEAD_START_NS = 5_000_000;

    private final LoadPlan plan;
    private final Listener listener;
    private final List<DriverThread> threads = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();
    private final long[] seen = new long[Count.values().length];
    private volatile boolean interrupted;
    private long lastSampleNs;

    public LoadRun(LoadPlan plan, Listener listener) {
        this.plan = plan;
        this.listener = listener;
    }

    /** Ends the run early; what was measured until then is the outcome. Any thread. */
    public void interrupt() {
        interrupted = true;
    }

    public LoadOutcome run() throws IOException, InterruptedException {
        CountDownLatch ready = new CountDownLatch(plan.threads());
        for (int i = 0; i < plan.threads(); i++) {
            DriverThread thread = new DriverThread(plan, i, ready, fault);
            threads.add(thread);
            thread.start();
        }
        try {
            ready.await();
            rethrow();
            requireSomeConnection();
            return measure();
        } finally {
            threads.forEach(DriverThread::stopTraffic);
            for (DriverThread thread : threads) {
                thread.join(10_000);
            }
        }
    }

    private LoadOutcome measure() throws IOException, InterruptedException {
        Instant started = Instant.now();
        long startNs = System.nanoTime() + HEAD_START_NS;
        threads.forEach(thread -> thread.startTraffic(startNs));
        long warmNs = startNs + plan.warmUpNs();
        long endNs = warmNs + plan.durationNs();

        for (long atNs = startNs; atNs < warmNs && !interrupted; atNs += plan.intervalNs()) {
            listener.interval(
                    interval(startNs, warmNs, Math.min(atNs, warmNs), Math.min(atNs + plan.intervalNs(), warmNs)));
        }
        int stepCount = plan.ratePerSecond() != null
                ? plan.ratePerSecond().steps().size()
                : plan.connections().steps().size();
        listener.measuring(true);
        List<Interval> series = new ArrayList<>();
        List<Interval> steps = new ArrayList<>();
        Interval total = new Interval(0);
        for (long atNs = warmNs; atNs < endNs && !interrupted;) {
            // an interval never spans two steps, so that each step's figures are its own
            int step = Math.min((int) ((atNs - warmNs) * stepCount / plan.durationNs()), stepCount - 1);
            long stepEndNs = warmNs + Math.ceilDiv(plan.durationNs() * (step + 1), stepCount);
            long untilNs = Math.min(atNs + plan.intervalNs(), Math.min(stepEndNs, endNs));
            Interval interval = interval(startNs, warmNs, atNs, untilNs);
            if (steps.size() <= step) {
                steps.add(new Interval((atNs - warmNs) / 1e9));
            }
            steps.getLast().add(interval);
            total.add(interval);
            series.add(interval);
            listener.interval(interval);
            atNs = untilNs;
        }
        listener.measuring(false);
        threads.forEach(DriverThread::stopTraffic);
        for (DriverThread thread : threads) {
            thread.join(10_000);
        }
        rethrow();
        int unfinished = threads.stream().mapToInt(DriverThread::unfinished).sum();
        offered(steps);
        return new LoadOutcome(plan, started, warmNs, total, steps, series, unfinished,
                Judgement.of(plan, total, seen[Count.NO_RESOURCES.ordinal()],
                        threads.stream().mapToLong(DriverThread::waiting).sum()));
    }

    private void offered(List<Interval> steps) {
        RateProfile rate = plan.ratePerSecond();
        for (int i = 0; rate != null && i < steps.size(); i++) {
            steps.get(i).offeredPerSecond = (rate.steps().get(i).from() + rate.steps().get(i).to()) / 2;
        }
    }

    /** Sleeps until the interval is over and collects what the drivers did in it. */
    private Interval interval(long startNs, long warmNs, long fromNs, long untilNs)
            throws IOException, InterruptedException {
        while (System.nanoTime() < untilNs && !interrupted) {
            long leftNs = untilNs - System.nanoTime();
            Thread.sleep(Math.clamp(leftNs / 1_000_000, 0, 100), Math.clamp(leftNs % 1_000_000, 0, 999_999));
            rethrow();
        }
        Interval interval = new Interval((fromNs - warmNs) / 1e9);
        long realFromNs = fromNs == startNs ? startNs : lastSampleNs;
        lastSampleNs = System.nanoTime();
        interval.seconds = (lastSampleNs - realFromNs) / 1e9;
        for (DriverThread thread : threads) {
            Tally tally = thread.tally();
            for (Count count : Count.values()) {
                interval.counts[count.ordinal()] += tally.count(count);
            }
            tally.drainInto(interval.latency, interval.service, interval.connect);
            interval.connections += tally.openConnections();
        }
        for (int i = 0; i < seen.length; i++) {
            long now = interval.counts[i];
            interval.counts[i] = now - seen[i];
            seen[i] = now;
        }
        RateProfile rate = plan.ratePerSecond();
        if (rate != null) {
            interval.offeredPerSecond = rate.at((fromNs - warmNs) / (double) plan.durationNs());
        }
        return interval;
    }

    private void requireSomeConnection() throws IOException {
        boolean lasting = plan.mode() != LoadMode.CONNECT_REQUEST_CLOSE && !plan.mode().datagram;
        if (!lasting || threads.stream().mapToInt(thread -> thread.tally().openConnections()).sum() > 0) {
            return;
        }
        Interval attempts = new Interval(0);
        for (Count count : Count.values()) {
            attempts.counts[count.ordinal()] = threads.stream().mapToLong(thread -> thread.tally().count(count)).sum();
        }
        String failures = attempts.failuresByKind();
        throw new IOException("no connection to " + plan.targets().getFirst().toString().replaceFirst("^/", "")
                + " could be made within "
                + io.sluice.perftests.Units.duration(plan.connectTimeoutNs()) + ": "
                + (failures.isEmpty() ? "no answer" : failures) + ". Does the target listen there?");
    }

    private void rethrow() throws IOException {
        Throwable thrown = fault.get();
        if (thrown != null) {
            throw new IOException("a load thread failed: "
                    + (thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage()), thrown);
        }
    }
}
