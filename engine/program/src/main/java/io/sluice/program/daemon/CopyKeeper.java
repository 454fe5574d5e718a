package io.sluice.program.daemon;

import io.sluice.conntrack.AffinityTable;
import io.sluice.conntrack.FlowTable;
import io.sluice.conntrack.store.CopyStatus;
import io.sluice.conntrack.store.DurableCopy;
import io.sluice.control.api.Status;
import io.sluice.program.observe.CopyColumn;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.ringbuffers.counters.Kind;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the durable copy of a daemon that is asked for one, and says in the counters file how it is. Started when every
 * listener accepts; {@link #look} runs on the conductor's thread.
 */
final class CopyKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CopyKeeper.class);

    private final DurableCopy copy;
    private final CounterRow row;

    private CopyKeeper(DurableCopy copy, CounterRow row) {
        this.copy = copy;
        this.row = row;
    }

    /** Starts it; returns at once. */
    static CopyKeeper start(Path stateDirectory, AffinityTable affinity, FlowTable flows, CountersFile counters,
            Supplier<@Nullable Status> status, Takeover takeover) {
        CounterRow row = counters.allocate(Kind.COPY, -1, "");
        return new CopyKeeper(DurableCopy.start(stateDirectory, affinity, flows, new CopiedNames(status),
                takeover::rememberCopied, CopyKeeper::report), row);
    }

    private static void report(String sentence) {
        LOG.info("{}", sentence);
    }

    /** About once a second. */
    void look() {
        CopyStatus now = copy.status();
        row.set(CopyColumn.AFFINITY, now.affinity());
        row.set(CopyColumn.SESSIONS, now.sessions());
        row.set(CopyColumn.LAG_MS, now.lagMs());
        row.set(CopyColumn.RECOVERIES, now.recoveries());
        row.set(CopyColumn.LOADED, now.loaded());
        row.set(CopyColumn.FULL, now.problem() != null && now.state() != CopyStatus.State.FAILED ? 1 : 0);
        row.set(CopyColumn.STATE, now.state().ordinal() + 1);
    }

    /** Brings it up to date and lets go of it, on its own thread. */
    void giveUp() {
        copy.stop();
    }

    @Override
    public void close() {
        copy.close();
        look();
    }
}
