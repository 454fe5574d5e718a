package io.sluice.dataplane.udp;

import io.sluice.dataplane.service.EndpointMap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * From one local address to one server: which of the address's sockets carry a session there. A socket that a session
 * has left rests before the next one gets it, so that a late answer finds nobody; one worker's thread.
 */
final class ServerPath implements EndpointMap.Keyed {
    static final int NONE = -1;
    private static final long REST_NS = 1_000_000_000;

    final long serverHigh;
    final long serverLow;
    final int serverPort;
    /** How long a client's IPv4 packet may be to fit, where clients are known to send longer ones; 0: not known. */
    int narrowBytes;
    private @Nullable Session[] sessions = new Session[16];
    private int inUse;
    /** Of those whose client has not shown that it receives answers, and of those whose has. */
    private final UseOnPath unconfirmed = new UseOnPath();
    private final UseOnPath confirmed = new UseOnPath();
    private long idleSinceNs;
    /** Numbers below this one were given out at least once. */
    private int fresh;
    /** Left not long ago, the longest ago first: a ring. */
    private int[] resting = new int[16];
    private long[] restingSinceNs = new long[16];
    private int restingHead;
    private int restingCount;
    /** Ready again, the last one on top: those below fall idle and are closed when a rush is over. */
    private int[] rested = new int[16];
    private int restedCount;

    ServerPath(long serverHigh, long serverLow, int serverPort, long nowNs) {
        this.serverHigh = serverHigh;
        this.serverLow = serverLow;
        this.serverPort = serverPort;
        idleSinceNs = nowNs;
    }

    @Override
    public long keyHigh() {
        return serverHigh;
    }

    @Override
    public long keyLow() {
        return serverLow;
    }

    @Override
    public int keyPort() {
        return serverPort;
    }

    /** The session whose answers arrive at that socket. */
    @Nullable
    Session session(int number) {
        return number < sessions.length ? sessions[number] : null;
    }

    /** A number that no session to this server uses: rested, or never used. */
    int take(long nowNs) {
        while (restingCount > 0 && nowNs - restingSinceNs[restingHead] >= REST_NS) {
            rested[restedCount++] = wake();
        }
        if (restedCount > 0) {
            return rested[--restedCount];
        }
        if (fresh == resting.length) {
            grow();
        }
        return fresh++;
    }

    /** Room for every number at every place, so that nothing needs memory when a session ends. */
    private void grow() {
        int length = resting.length * 2;
        @Nullable
        Session[] moreSessions = Arrays.copyOf(sessions, length);
        int[] moreRested = Arrays.copyOf(rested, length);
        int[] numbers = new int[length];
        long[] since = new long[length];
        for (int i = 0; i < restingCount; i++) {
            numbers[i] = resting[restingHead + i & resting.length - 1];
            since[i] = restingSinceNs[restingHead + i & resting.length - 1];
        }
        // all of it is there: none of it is kept where the last one found no memory
        sessions = moreSessions;
        rested = moreRested;
        resting = numbers;
        restingSinceNs = since;
        restingHead = 0;
    }

    /** Where {@link #take} led to no socket: the number that rests longest, or {@link #NONE}. */
    int takeEarly() {
        return restingCount > 0 ? wake() : NONE;
    }

    private int wake() {
        int number = resting[restingHead];
        restingHead = restingHead + 1 & resting.length - 1;
        restingCount--;
        return number;
    }

    /** Puts back a number that has no socket. */
    void putBack(int number) {
        if (number == fresh - 1) {
            fresh--;
            return;
        }
        rested[restedCount++] = number;
    }

    private UseOnPath order(Session session) {
        return session.confirmed ? confirmed : unconfirmed;
    }

    /** The session is used now. */
    void use(Session session) {
        order(session).use(session);
    }

    /** The session's client has shown that it receives answers. */
    void confirm(Session session) {
        order(session).remove(session);
        session.confirmed = true;
        order(session).addNewest(session);
    }

    /** The session that was not used for the longest time, of those that are confirmed or of those that are not. */
    @Nullable
    Session oldest(boolean ofConfirmed) {
        return (ofConfirmed ? confirmed : unconfirmed).oldest();
    }

    void occupy(int number, Session session) {
        sessions[number] = session;
        inUse++;
        order(session).addNewest(session);
    }

    void release(int number, Session session, long nowNs) {
        order(session).remove(session);
        sessions[number] = null;
        inUse--;
        idleSinceNs = nowNs;
        int tail = restingHead + restingCount & resting.length - 1;
        resting[tail] = number;
        restingSinceNs[tail] = nowNs;
        restingCount++;
    }

    boolean isIdle(long nowNs, long forNs) {
        return inUse == 0 && nowNs - idleSinceNs >= forNs;
    }
}
