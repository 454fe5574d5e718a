package io.sluice.dataplane.service;

/** Columns of a real server's rows in the counters file: one shared row (worker -1) and one per worker. */
public final class ServerColumn {
    /** Gauge, shared row: connections or sessions now, being established included. */
    public static final int CONNECTIONS = 0;
    /** Connections or sessions given to it, ever. */
    public static final int CONNECTIONS_TOTAL = 1;
    /** Bytes to the server. */
    public static final int BYTES_IN = 2;
    /** Bytes from the server. */
    public static final int BYTES_OUT = 3;
    /** Connects that failed. */
    public static final int CONNECT_FAILURES = 4;
    /** Gauge, shared row: 1 from when it reaches its maximum of connections until it takes new clients again. */
    public static final int FULL = 5;
    /** Shared row: until when others go first, as it has refused clients: see {@link Probation}; 0: it has not. */
    public static final int PROBATION = 6;
    /** Datagrams for a session that came from another port of its server, and were dropped. */
    public static final int STRAY_ANSWERS = 7;

    private ServerColumn() {
    }
}
