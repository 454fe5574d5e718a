package io.sluice.dataplane.relay;

import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.Forwarding.TcpProxy;
import io.sluice.dataplane.service.ServiceEntry;
import io.sluice.dataplane.worker.Faults;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Connections that wait because every server that could take them is at its maximum, first come first served for each
 * service; one worker's thread. A place that another worker's connection left is found at the next tick.
 */
final class Queue {
    private final Map<ServiceEntry<TcpProxy>, ArrayDeque<Connection>> waiting = new IdentityHashMap<>();
    private final Faults faults;
    private boolean advancing;

    Queue(Faults faults) {
        this.faults = faults;
    }

    void add(Connection connection) {
        waiting.computeIfAbsent(connection.entry(), entry -> new ArrayDeque<>()).addLast(connection);
    }

    /** It waits no more, for whatever reason. */
    void remove(Connection connection) {
        ArrayDeque<Connection> line = waiting.get(connection.entry());
        if (line != null && line.remove(connection) && line.isEmpty()) {
            waiting.remove(connection.entry());
        }
    }

    /** A connection of the service left its server: the first in line may take the place. */
    void advance(ServiceEntry<TcpProxy> entry) {
        ArrayDeque<Connection> line = advancing ? null : waiting.get(entry);
        if (line == null) {
            return;
        }
        advancing = true; // those who go on may end at once: the loop sees to their places too
        Connection first = line.peekFirst();
        while (first != null && tryAgain(first)) {
            first = line.peekFirst();
        }
        advancing = false;
    }

    /** A fault is the one's who is first in line, not the one's who made the place. */
    private boolean tryAgain(Connection first) {
        try {
            return first.tryAgain();
        } catch (Throwable thrown) {
            faults.contain(FaultKind.DEFERRED, thrown, first);
            remove(first);
            return true;
        }
    }

    /** Looks for places in every line. */
    void advanceAll() {
        if (waiting.isEmpty()) {
            return;
        }
        for (ServiceEntry<TcpProxy> entry : List.copyOf(waiting.keySet())) {
            advance(entry);
        }
    }
}
