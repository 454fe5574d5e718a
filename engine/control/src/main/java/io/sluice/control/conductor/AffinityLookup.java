package io.sluice.control.conductor;

import io.sluice.conntrack.AffinityEntry;
import org.jspecify.annotations.Nullable;

/** Looks a client up in the affinity table; any thread. */
@FunctionalInterface
public interface AffinityLookup {
    /** The entry of a client's address (or network) in a group, or null. */
    @Nullable
    AffinityEntry find(long group, long high, long low);
}
