package io.sluice.testbed.faults;

import io.sluice.testbed.SmallDisk;
import java.io.IOException;

/** The daemon that the faults happen to. Any thread; nobody kills, stops and upgrades at once. */
public interface FaultTarget {
    /** Where its TCP service listens. */
    int tcpPort();

    /** Where its UDP service listens. */
    int udpPort();

    /** What its state directory lies on. */
    SmallDisk disk();

    /** What its log is written into. */
    LogPipe log();

    /** The process that serves now. */
    long pid();

    /** Ends every process of it at once, and starts another; waits until that serves. */
    void killAndStart() throws Exception;

    /**
     * Writes another configuration and has it read.
     *
     * @return whether it is in force
     */
    boolean reload(int variant) throws Exception;

    /** @return whether the new process serves; if not the old one does */
    boolean upgrade() throws Exception;

    /** Asks the control socket something. */
    void ask() throws IOException;
}
