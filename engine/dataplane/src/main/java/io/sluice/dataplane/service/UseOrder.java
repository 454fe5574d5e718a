package io.sluice.dataplane.service;

import org.jspecify.annotations.Nullable;

/** Clients in order of their last use, as an intrusive list; one worker's thread. */
final class UseOrder<C extends ServedClient<?, C>> {
    private @Nullable C oldest;
    private @Nullable C newest;

    @Nullable
    C oldest() {
        return oldest;
    }

    void addNewest(C client) {
        client.older = newest;
        client.newer = null;
        if (newest == null) {
            oldest = client;
        } else {
            newest.newer = client;
        }
        newest = client;
    }

    void remove(C client) {
        C before = client.older;
        C after = client.newer;
        if (before == null) {
            oldest = after;
        } else {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
        client.older = null; // newer stays: the end of another may have ended this one, on which a walk stands
    }

    /** The client is used now. */
    void use(C client) {
        if (client.newer != null) {
            remove(client);
            addNewest(client);
        }
    }
}
