package io.sluice.dataplane.udp;

import org.jspecify.annotations.Nullable;

/** Sessions in order of their last use, as an intrusive list; one worker's thread. */
final class UseOrder {
    private @Nullable Session oldest;
    private @Nullable Session newest;

    @Nullable
    Session oldest() {
        return oldest;
    }

    void addNewest(Session session) {
        session.older = newest;
        session.newer = null;
        if (newest == null) {
            oldest = session;
        } else {
            newest.newer = session;
        }
        newest = session;
    }

    void remove(Session session) {
        Session before = session.older;
        Session after = session.newer;
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
        session.older = null;
        session.newer = null;
    }

    /** The session is used now. */
    void use(Session session) {
        if (session.newer != null) {
            remove(session);
            addNewest(session);
        }
    }
}
