package io.sluice.conntrack;

/**
 * Hears what changes in an affinity table, on the thread that changed it: a worker. Implementations neither block nor
 * allocate; they write into a ring for someone else to read.
 */
public interface AffinityEvents {
    /** Nobody listens. */
    AffinityEvents NONE = new AffinityEvents() {
        @Override
        public void pinned(long group, long ipHi, long ipLo, long serverId, long timeoutMs, long nowMs) {
            // nobody listens
        }

        @Override
        public void unpinned(long group, long ipHi, long ipLo) {
            // nobody listens
        }
    };

    /** A client got this server, for the first time or instead of another one. */
    void pinned(long group, long ipHi, long ipLo, long serverId, long timeoutMs, long nowMs);

    /** A client's entry was removed on request; expiry and eviction are not told. */
    void unpinned(long group, long ipHi, long ipLo);
}
