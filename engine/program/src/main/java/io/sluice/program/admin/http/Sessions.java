package io.sluice.program.admin.http;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Who is logged in with a browser; forgotten when the daemon ends. Any thread. */
final class Sessions {
    static final Duration IDLE = Duration.ofMinutes(30);
    static final Duration LONGEST = Duration.ofHours(12);
    private static final int MOST = 1_000;
    private static final int ID_BYTES = 32;

    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final LongSupplier clockNs;

    /** One login. */
    static final class Session {
        private final String id = Secrets.word(ID_BYTES);
        private final String csrfToken = Secrets.word(ID_BYTES);
        private final Account account;
        private final long beganNs;
        private volatile long seenNs;

        Session(Account account, long nowNs) {
            this.account = account;
            this.beganNs = nowNs;
            this.seenNs = nowNs;
        }

        String id() {
            return id;
        }

        String csrfToken() {
            return csrfToken;
        }

        /** With the hash it was begun with: a changed password ends it. */
        Account account() {
            return account;
        }
    }

    Sessions(LongSupplier clockNs) {
        this.clockNs = clockNs;
    }

    Session begin(Account account) {
        long nowNs = clockNs.getAsLong();
        sessions.values().removeIf(session -> isOver(session, nowNs));
        if (sessions.size() >= MOST) {
            throw new ApiError(503, "too many sessions; log out somewhere or wait for one to expire");
        }
        Session session = new Session(account, nowNs);
        sessions.put(session.id(), session);
        return session;
    }

    /** @param active whether a person did something: a page that refreshes itself does not keep a session alive */
    Optional<Session> find(String id, boolean active) {
        long nowNs = clockNs.getAsLong();
        Session session = sessions.get(id);
        if (session == null) {
            return Optional.empty();
        }
        if (isOver(session, nowNs)) {
            sessions.remove(id);
            return Optional.empty();
        }
        if (active) {
            session.seenNs = nowNs;
        }
        return Optional.of(session);
    }

    void end(String id) {
        sessions.remove(id);
    }

    private static boolean isOver(Session session, long nowNs) {
        return nowNs - session.seenNs > IDLE.toNanos() || nowNs - session.beganNs > LONGEST.toNanos();
    }
}
