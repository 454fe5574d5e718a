package io.sluice.program.upgrade;

import io.sluice.control.api.InheritedSockets;
import java.io.IOException;
import java.util.List;

/** The daemon that gives way to another, step by step; {@link Upgrade} calls it on its own thread. */
public interface Departing {
    /** Whether it has been told to stop. */
    boolean isStopping();

    /** Duplicates of the listening sockets; no reload is taken from here on. */
    List<Integer> shareListeners();

    /** Nothing has been given up yet: goes on as before. */
    void stay();

    /** Stops listening and gives up what only one process may have in the state directory. */
    void release() throws IOException;

    /** Gives up the addresses of metrics and admin API. */
    void vacate();

    /** The other process has failed: takes all that back. */
    void resume(InheritedSockets sockets);

    /** The other process serves: drains and ends. Answers in words what is left to drain. */
    String depart(long successorPid);
}
