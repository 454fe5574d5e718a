package io.sluice.conntrack.store;

import org.jspecify.annotations.Nullable;

/** Names of real servers; asked by the store's thread. */
@FunctionalInterface
public interface ServerNames {
    /**
     * {@code service/server}, or null where no such server is configured.
     *
     * @param scope identity of an affinity group or of a virtual service
     * @param serverId identity of the real server
     */
    @Nullable
    String of(long scope, long serverId);
}
