package io.sluice.conntrack;

/** Where a flow is in its life. */
public enum FlowState {
    /** The server has not answered yet. */
    CONNECTING,
    /** Both sides are connected. */
    ESTABLISHED,
    /** One side has said that it sends no more. */
    HALF_CLOSED,
    /** Ended; the reason is noted. */
    ENDED;

    private static final FlowState[] ALL = values();

    static FlowState of(byte code) {
        return code >= 0 && code < ALL.length ? ALL[code] : ESTABLISHED;
    }
}
