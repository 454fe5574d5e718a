package io.sluice.scheduler;

import java.util.Locale;

/** Why a {@link Decision} fell as it did: each is one bit of its answer. */
public enum Reason {
    /** The service keeps no affinity. */
    NO_AFFINITY,
    /** The client has no affinity entry. */
    NO_ENTRY,
    /** The client's entry has outlived its timeout. */
    ENTRY_EXPIRED,
    /** The entry names a server that is not configured any more. */
    ENTRY_GONE,
    /** The entry's server is halted. */
    ENTRY_HALTED,
    /** The entry's server is down. */
    ENTRY_DOWN,
    /** The entry's server is at its maximum, or others wait for its places: a detour, the entry stays. */
    ENTRY_FULL,
    /** The entry's server was tried for this client and failed. */
    ENTRY_TRIED,
    /** The entry names the fallback or a backup server, and better servers serve. */
    ENTRY_OUTDONE,
    /** The entry's server serves the client: it decides. */
    AFFINITY,
    /** ... although it takes no new clients: it is drained, or of weight 0. */
    KNOWN_ONLY,
    /** The scheduler decides, by the client alone. */
    HASH,
    /** The scheduler decides, by load or turn. */
    SCHEDULER,
    /** No other server is up, or all that are failed this client or are full: a backup server serves. */
    BACKUPS,
    /** No server is known to be up, or all that are failed this client or are full: one not checked yet is tried. */
    UNCHECKED,
    /** No server serves, or all that do failed this client or are full: the fallback does. */
    FALLBACK,
    /** Nobody: no server may have a new client, and there is no fallback. */
    NO_SERVER,
    /**
     * A server would have taken the client had it not been at its maximum, or its places due to others who wait: worse
     * servers serve, or nobody; it may have room again by now.
     */
    FULL,
    /** Servers were tried for this client and failed: worse ones serve, or nobody. */
    TRIED;

    /** This reason's bit. */
    public int bit() {
        return 1 << ordinal();
    }

    /** Whether it is one of these reasons. */
    public boolean in(int reasons) {
        return (reasons & bit()) != 0;
    }

    /** As tables and output spell it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
