package io.sluice.dataplane.worker;

/** The watching of one descriptor by its worker, which owns the descriptor from then on; that worker's thread only. */
public interface Watch {
    /** Ends the watching and closes the descriptor, which no other process has. */
    void close();

    /** The same for a descriptor that another process may have too: the kernel does not end the watching by itself. */
    void closeShared();
}
