package io.sluice.scheduler;

/**
 * Chooses a real server of one virtual service for a new client. Owned by one worker thread: an instance may keep a
 * cursor, never a clock, a lock or I/O. It is built for one immutable {@link ServerSet}; a changed set is a new
 * scheduler.
 */
public interface Scheduler {
    /** Answer of {@link #select} when no server accepts. */
    int NONE = -1;

    /**
     * Chooses a server.
     *
     * @param clientHash a well-mixed hash of the client's address (of its network, where affinity is by network)
     * @param load what the servers carry now and which of them accept a new client
     * @return the index of the chosen server in the set, or {@link #NONE}
     */
    int select(long clientHash, Load load);
}
