package io.sluice.program.daemon;

import io.sluice.conntrack.AffinityTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees entries past their timeout, a part of the table each second and all of it within a minute, and tells of damaged
 * ones that were dropped. The conductor's thread.
 */
final class AffinityUpkeep {
    private static final Logger LOG = LoggerFactory.getLogger(AffinityUpkeep.class);
    private static final int SWEEP_SECONDS = 60;

    private final AffinityTable table;
    private long seen;
    private long told;

    AffinityUpkeep(AffinityTable table) {
        this.table = table;
        seen = table.dropped();
        told = seen;
    }

    /** About once a second. */
    void look() {
        table.expire(System.currentTimeMillis(), 1 + 2 * table.capacity() / SWEEP_SECONDS);
        long dropped = table.dropped();
        if (dropped == seen && dropped > told) { // one line for what lies together
            LOG.warn("{} damaged entries of the affinity table were dropped: these clients get a server anew",
                    dropped - told);
            told = dropped;
        }
        seen = dropped;
    }
}
