package io.sluice.perftests.load;

import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Threads;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The thread that runs one driver: prepares, waits for the common start, works until told to stop. */
final class DriverThread extends Thread {
    private static final long LONGEST_WAIT_NS = 20_000_000;

    private final LoadPlan plan;
    private final int index;
    private final CountDownLatch ready;
    private final AtomicReference<@Nullable Throwable> fault;
    private volatile @Nullable Driver driver;
    private volatile long startNs = Long.MAX_VALUE;
    private volatile boolean stop;
    private volatile int unfinished;
    private volatile int waiting;

    DriverThread(LoadPlan plan, int index, CountDownLatch ready, AtomicReference<@Nullable Throwable> fault) {
        super("load-" + index);
        setDaemon(true);
        this.plan = plan;
        this.index = index;
        this.ready = ready;
        this.fault = fault;
    }

    void startTraffic(long atNs) {
        startNs = atNs;
    }

    void stopTraffic() {
        stop = true;
    }

    /** What this thread counted; there once it is ready. */
    Tally tally() {
        Driver driver = this.driver;
        if (driver == null) {
            throw new IllegalStateException("the driver does not run yet");
        }
        return driver.tally;
    }

    /** Operations that were under way when it stopped. */
    int unfinished() {
        return unfinished;
    }

    /** Those of them that no connection had taken. */
    int waiting() {
        return waiting;
    }

    @Override
    public void run() {
        if (!plan.cpus().isEmpty()) {
            Threads.pinToProcessor(plan.cpus().get(index % plan.cpus().size()));
        }
        Threads.timerSlackNs(1); // arrivals are due to the microsecond
        try {
            if (plan.namespace() != null) {
                Errno.check(Threads.enterNetworkNamespace(plan.namespace()),
                        "entering network namespace " + plan.namespace());
            }
            drive();
        } catch (Throwable e) {
            fault.compareAndSet(null, e);
        } finally {
            ready.countDown();
        }
    }

    private void drive() {
        try (Driver driver = Driver.of(plan, index)) {
            this.driver = driver;
            prepare(driver);
            ready.countDown();
            while (startNs == Long.MAX_VALUE && !stop) {
                driver.reactor.poll(LONGEST_WAIT_NS / 20);
            }
            while (System.nanoTime() < startNs) {
                Thread.onSpinWait();
            }
            driver.start(startNs);
            while (!stop) {
                long nowNs = System.nanoTime();
                long waitNs = driver.work(nowNs) - nowNs;
                driver.reactor.poll(plan.spin() ? 0 : Math.clamp(waitNs, 0, LONGEST_WAIT_NS));
            }
            unfinished = driver.unfinished();
            waiting = driver.waiting();
        }
    }

    private void prepare(Driver driver) {
        long deadlineNs = System.nanoTime() + plan.connectTimeoutNs();
        while (!stop && !driver.prepare(System.nanoTime()) && System.nanoTime() < deadlineNs) {
            driver.reactor.poll(1_000_000);
        }
    }
}
