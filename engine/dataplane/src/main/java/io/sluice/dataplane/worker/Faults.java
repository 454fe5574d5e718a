package io.sluice.dataplane.worker;

import io.sluice.dataplane.service.Containment;
import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.FaultScope;
import io.sluice.dataplane.service.WorkerColumn;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.mapped.LostPages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one worker does about faults: exceptions and errors that nobody expected. Each is counted by the entry it was
 * caught at, ends what it was about, and is told: the first of a kind with its stack, later ones as a number now and
 * then. Where the worker cannot go on, it hands over to its last resort. That worker's thread.
 */
public final class Faults implements Containment {
    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

    private final int worker;
    private final CounterRow row;
    private final LastResort lastResort;
    private final RareLine[] lines = new RareLine[FaultKind.values().length];
    private final boolean[] told = new boolean[lines.length];

    /**
     * Makes a worker's faults.
     *
     * @param row the worker's own: see {@link WorkerColumn}
     */
    public Faults(int worker, CounterRow row, LastResort lastResort) {
        this.worker = worker;
        this.row = row;
        this.lastResort = lastResort;
        for (int i = 0; i < lines.length; i++) {
            lines[i] = new RareLine();
        }
    }

    @Override
    public void contain(FaultKind kind, Throwable thrown, FaultScope about) {
        caught(kind, thrown);
        try {
            about.onFault();
        } catch (Throwable again) {
            caught(kind, again);
        }
    }

    @Override
    public void caught(FaultKind kind, Throwable thrown) {
        try {
            // first: counting touches a file too; a lost page is told of and counted as such, it is no bug
            boolean survived = thrown instanceof InternalError && goesOnInMemory();
            if (!survived || kind == FaultKind.LOOP) {
                row.increment(WorkerColumn.FAULTS + kind.ordinal());
            }
            if (kind == FaultKind.LOOP || (isFatal(thrown) && !survived)) {
                lastResort.cannotGoOn(worker, thrown);
            } else if (!survived) {
                tell(kind, thrown);
            }
        } catch (Throwable worse) {
            lastResort.cannotGoOn(worker, worse);
        }
    }

    /**
     * Without memory nothing that follows can be relied on: what was being changed may be half changed, in Netty too.
     * Nor after an InternalError that no mapped file explains. A stack is given back as it unwinds.
     */
    private static boolean isFatal(Throwable thrown) {
        return thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError);
    }

    /** Whether a page of a mapped file was lost, which is no bug: what it held is in memory now. */
    private boolean goesOnInMemory() {
        LostPages.Outcome outcome = LostPages.recover();
        for (String told : outcome.told()) {
            LOG.error("worker-{}: {}", worker, told);
        }
        return outcome.goesOn();
    }

    private void tell(FaultKind kind, Throwable thrown) {
        long times = lines[kind.ordinal()].happened(System.nanoTime());
        if (times == RareLine.NOT_NOW) {
            return;
        }
        if (told[kind.ordinal()]) {
            LOG.error("worker-{}: {} more faults ({}), the last one {}", worker, times, kind.label(),
                    thrown.toString());
        } else {
            told[kind.ordinal()] = true;
            LOG.error(
                    "worker-{}: a fault ({}) ended what it was about, everything else goes on; this is a bug in Sluice,"
                            + " please report it",
                    worker, kind.label(), thrown);
        }
    }
}
