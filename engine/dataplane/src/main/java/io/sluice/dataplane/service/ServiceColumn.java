package io.sluice.dataplane.service;

/**
 * Columns of a service's rows in the counters file. A row of worker -1 holds the gauge all workers share; a row per
 * worker holds the rest.
 */
public final class ServiceColumn {
    /** Gauge, shared row: connections or sessions now. */
    public static final int CONNECTIONS = 0;
    /** Connections accepted or sessions begun, ever. */
    public static final int CONNECTIONS_TOTAL = 1;
    /** Bytes from clients, passed on. */
    public static final int BYTES_IN = 2;
    /** Bytes from servers, passed on. */
    public static final int BYTES_OUT = 3;
    /** Refused by the access list. */
    public static final int DENIED = 4;
    /** Refused at a limit. */
    public static final int LIMITED = 5;
    /** Connects that went to a further server. */
    public static final int RETRIES = 6;
    /** Bytes that went through splice(2). */
    public static final int BYTES_SPLICED = 7;
    /** Datagrams from clients, passed on. */
    public static final int DATAGRAMS_IN = 8;
    /** Datagrams from servers, passed on. */
    public static final int DATAGRAMS_OUT = 9;
    /** Datagrams dropped. */
    public static final int DATAGRAMS_DROPPED = 10;
    /** Sessions ended to make room. */
    public static final int EVICTED = 11;
    /** Connections that waited for a place because all servers were at their maximum. */
    public static final int QUEUED = 12;
    /** Datagrams from clients longer than the path to their server, of which the client was told by ICMP. */
    public static final int DATAGRAMS_TOO_BIG = 13;
    /** Gauge, shared row: those that wait now. */
    public static final int WAITING = 14;
    /** Gauge, shared row: those that wait behind the others, as they may have left. */
    public static final int PERHAPS_LEFT = 15;

    private ServiceColumn() {
    }
}
