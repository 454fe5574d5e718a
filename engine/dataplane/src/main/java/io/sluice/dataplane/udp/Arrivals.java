package io.sluice.dataplane.udp;

import io.sluice.ringbuffers.syscall.ReceivedDatagrams;
import org.jspecify.annotations.Nullable;

/** A batch of datagrams sorted by session, in the order of arrival within each; one worker's thread. */
final class Arrivals {
    static final int END = -1;

    final ReceivedDatagrams datagrams;
    private final int[] next;
    private final @Nullable Session[] sessions;
    private final int[] first;
    private final int[] last;
    private int groups;

    Arrivals(ReceivedDatagrams datagrams) {
        this.datagrams = datagrams;
        int capacity = datagrams.capacity();
        next = new int[capacity];
        sessions = new Session[capacity];
        first = new int[capacity];
        last = new int[capacity];
    }

    void add(Session session, int index) {
        if (session.group < 0) {
            session.group = groups;
            sessions[groups] = session;
            first[groups++] = index;
        } else {
            next[last[session.group]] = index;
        }
        last[session.group] = index;
        next[index] = END;
    }

    int groups() {
        return groups;
    }

    /** Takes a group's session out. */
    Session take(int group) {
        Session session = sessions[group];
        if (session == null) {
            throw new IllegalStateException("group " + group + " was taken before");
        }
        sessions[group] = null;
        session.group = -1;
        return session;
    }

    int first(int group) {
        return first[group];
    }

    /** The next datagram of the same session, or {@link #END}. */
    int next(int index) {
        return next[index];
    }

    void clear() {
        groups = 0;
    }

    void close() {
        datagrams.close();
    }
}
