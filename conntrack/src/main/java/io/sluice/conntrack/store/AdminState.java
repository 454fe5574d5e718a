package io.sluice.conntrack.store;

/** What an administrator has said about a real server. */
public enum AdminState {
    /** In use. */
    ONLINE,
    /** No new clients; those with affinity are still served. */
    DRAIN,
    /** Not used at all. */
    HALT
}
