package io.sluice.dataplane.udp;

import org.jspecify.annotations.Nullable;

/** Sessions of one path in order of their last use, as an intrusive list; one worker's thread. */
final class UseOnPath {
    private @Nullable Session oldest;
    private @Nullable Session newest;

    @Nullable
    Session oldest() {
        return oldest;
    }

    void addNewest(Session session) {
        session.olderOnPath = newest;
        session.newerOnPath = null;
        if (newest == null) {
            oldest = session;
        } else {
            newest.newerOnPath = session;
        }
        newest = session;
    }

    void remove(Session session) {
        Session before = session.olderOnPath;
        Session after = session.newerOnPath;
        if (before == null) {
            oldest = after;
        } else {
            before.newerOnPath = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.olderOnPath = before;
        }
        session.olderOnPath = null;
        session.newerOnPath = null;
    }

    /** The session is used now. */
    void use(Session session) {
        if (session.newerOnPath != null) {
            remove(session);
            addNewest(session);
        }
    }
}
