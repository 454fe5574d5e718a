package io.sluice.scheduler;

/**
 * What is known of a real server apart from its load, as bits in an int, so that Routes, a BPF map and a peer carry the
 * same word; immutable constants, any thread. 0 is a configured server that is up and online and has a weight.
 */
public final class ServerState {
    /** An administrator wants no client on it at all. */
    public static final int HALTED = 1;
    /** The health check finds it down. */
    public static final int DOWN = 1 << 1;
    /** An administrator wants no new client on it. */
    public static final int DRAINED = 1 << 2;
    /** Its weight in force is 0: no new client. */
    public static final int WEIGHTLESS = 1 << 3;
    /** No check has finished yet. */
    public static final int UNCHECKED = 1 << 4;
    /** It serves when no other does. */
    public static final int BACKUP = 1 << 5;
    /** It is the service's fallback rather than a configured server. */
    public static final int FALLBACK = 1 << 6;

    private static final int SERVES_NOBODY = HALTED | DOWN;
    private static final int MEANT_FOR_NOBODY_NEW = HALTED | DRAINED | WEIGHTLESS;

    private ServerState() {
    }

    /**
     * Whether those who know it may come. One that is still being checked serves them: better to try than to refuse.
     */
    public static boolean servesKnown(int state) {
        return (state & SERVES_NOBODY) == 0;
    }

    /** Whether an administrator lets it have new clients, whatever its health. */
    public static boolean isMeantForNew(int state) {
        return (state & MEANT_FOR_NOBODY_NEW) == 0;
    }

    /** Whether new clients may come, where it is its turn to serve. */
    public static boolean takesNew(int state) {
        return servesKnown(state) && isMeantForNew(state);
    }

    /** Whether all of these bits are set. */
    public static boolean is(int state, int bits) {
        return (state & bits) == bits;
    }
}
