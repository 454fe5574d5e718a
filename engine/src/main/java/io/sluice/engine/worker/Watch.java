package io.sluice.engine.worker;

/** The watching of one descriptor by its worker, which owns the descriptor from then on; that worker's thread only. */
public interface Watch {
    /**
     * Whether the end of a full send buffer is announced too. Off after {@link Worker#watch}: nearly every send
     * succeeds at once, and an announcement nobody needs costs a wake-up.
     */
    void wantWrite(boolean wanted);

    /** Ends the watching and closes the descriptor. */
    void close();
}
