package io.sluice.dataplane.service;

/** Every way in which a connection or session can end: one reason, one counter. The label is what users see. */
public enum EndReason {
    /** Both sides closed in order. */
    CLOSED("closed"),
    CLIENT_RESET("client-reset"),
    SERVER_RESET("server-reset"),
    /** No byte within the idle timeout. */
    IDLE_TIMEOUT("idle-timeout"),
    HALF_CLOSED_TIMEOUT("half-closed-timeout"),
    /** No server could be connected to. */
    CONNECT_FAILED("connect-failed"),
    CONNECT_TIMEOUT("connect-timeout"),
    /** No server up, or all at their limit. */
    NO_SERVER("no-server"),
    /** Refused by the access list. */
    DENIED("denied"),
    /** Refused at a limit of the service or the source. */
    LIMITED("limited"),
    /** A PROXY header was malformed, late or missing. */
    PROXY_HEADER("proxy-header"),
    /** Ended by an administrator: kick. */
    KICKED("kicked"),
    /** Ended because the server went down. */
    SERVER_DOWN("server-down"),
    /** Ended because the daemon stopped. */
    SHUTDOWN("shutdown"),
    /** Out of descriptors, memory or table space. */
    RESOURCES("resources"),
    /** A UDP session had its configured number of answers. */
    ANSWERED("answered"),
    /** A UDP session was silent. */
    SESSION_TIMEOUT("session-timeout"),
    /** A UDP session made room for another. */
    EVICTED("evicted"),
    TLS("tls"),
    /** A fault in this program: see the log. */
    INTERNAL("internal"),
    /** The client left while it waited for a place. */
    LEFT("left"),
    /**
     * Ended because the configuration no longer has its service or its server; or goes on under another name of its
     * service. Last, as readers of an earlier process know a reason by its place.
     */
    REMOVED("removed");

    private final String label;

    EndReason(String label) {
        this.label = label;
    }

    /** Whether it is how a connection or session is meant to end. */
    public boolean isOrderly() {
        return this == CLOSED || this == ANSWERED || this == SESSION_TIMEOUT;
    }

    public String label() {
        return label;
    }
}
