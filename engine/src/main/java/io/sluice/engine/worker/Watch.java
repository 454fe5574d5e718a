package io.sluice.engine.worker;

/** The watching of one descriptor by its worker, which owns the descriptor from then on; that worker's thread only. */
public interface Watch {
    /** Ends the watching and closes the descriptor. */
    void close();
}
