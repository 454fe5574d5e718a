package io.sluice.testbed.faults;

import java.util.Set;

/** What can go wrong, who may notice, and what may not happen at the same time. */
public enum Fault {
    /** kill -9; it is started again at once. */
    KILL(Lane.PROCESS, Set.of(Client.STREAM, Client.TCP, Client.UDP, Client.CONTROL)),
    /** SIGSTOP, and SIGCONT at the end. */
    STOP(Lane.PROCESS, Set.of(Client.UDP, Client.CONTROL)),
    /** A new process takes over; nobody may notice. */
    UPGRADE(Lane.PROCESS, Set.of()),
    /** The limit of open descriptors falls to what is open. */
    NO_DESCRIPTORS(Lane.PROCESS, Set.of(Client.TCP, Client.UDP)),
    /** The same or another configuration is read; nobody may notice. */
    RELOAD(Lane.CONFIGURATION, Set.of()),
    /** One server of each service dies, with its connections, and comes again at the end. */
    SERVER_DEATH(Lane.WORLD, Set.of(Client.STREAM, Client.TCP, Client.UDP)),
    /** The state directory's file system is filled to the brim. */
    FULL_DISK(Lane.WORLD, Set.of()),
    /** Whoever reads the log reads no more. */
    LOG_STALL(Lane.LOG, Set.of()),
    /** Clients send and do not read. */
    STALLED_CLIENTS(Lane.CLIENTS, Set.of()),
    /** Datagrams from tens of thousands of sources, and connections that ask for nothing. */
    FLOOD(Lane.CLIENTS, Set.of(Client.UDP)),
    /** More sources than the heap holds sessions. */
    NO_MEMORY(Lane.CLIENTS, Set.of(Client.TCP, Client.UDP));

    /** Faults of one lane come one after another. */
    enum Lane {
        PROCESS, CONFIGURATION, WORLD, LOG, CLIENTS
    }

    /** Who looks whether all is well. */
    enum Client {
        /** An established connection. */
        STREAM,
        /** A new connection. */
        TCP,
        /** A datagram of its own. */
        UDP,
        /** The control socket. */
        CONTROL
    }

    private final Lane lane;
    private final Set<Client> touched;

    Fault(Lane lane, Set<Client> touched) {
        this.lane = lane;
        this.touched = touched;
    }

    Lane lane() {
        return lane;
    }

    /** Whether an upgrade or a reload may be refused meanwhile. */
    boolean hinders() {
        return lane == Lane.PROCESS || this == FULL_DISK || this == NO_MEMORY;
    }

    boolean touches(Client client) {
        return touched.contains(client);
    }
}
