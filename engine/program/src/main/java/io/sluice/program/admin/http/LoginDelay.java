package io.sluice.program.admin.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Slows down who guesses passwords, never anybody else: after a few failures of an address at one user's name, or of
 * more at any names, each further failure doubles that address's wait, up to a few seconds. An address from which that
 * user has logged in before does not wait for what others do there to other names, and a browser that he has logged in
 * with waits only for itself. Any thread.
 */
final class LoginDelay {
    private static final int FREE_PER_USER = 4;
    private static final int FREE_PER_ADDRESS = 20;
    private static final int LONGEST_S = 4;
    /** Checks of one address at once; of one that has failed lately only one: else many would slip in together. */
    private static final int AT_ONCE = 4;
    private static final int REMEMBERED = 4_096;
    private static final long FORGOTTEN_AFTER_NS = TimeUnit.MINUTES.toNanos(15);

    private final LongSupplier clockNs;
    private final Map<String, Failures> failures = new LeastRecent<>();
    private final Map<String, Integer> underWay = new LinkedHashMap<>();
    /** Addresses and browsers, each with the user who has logged in there. */
    private final Map<String, Boolean> known = new LeastRecent<>();

    private record Failures(int count, long lastNs, long untilNs) {
    }

    /** Forgets what was not used for longest. */
    private static final class LeastRecent<V> extends LinkedHashMap<String, V> {
        private static final long serialVersionUID = 1;

        LeastRecent() {
            super(64, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > REMEMBERED;
        }
    }

    /** How far an attempt is trusted before its password is looked at. */
    enum Standing {
        /** The user has logged in from there. */
        KNOWN,
        /** No failure of late. */
        CLEAN, SUSPECT
    }

    /** One password that is being checked. The thread that checks it. */
    final class Attempt implements AutoCloseable {
        private final String source;
        private final String pair;
        private final boolean isKnown;
        private final Standing standing;

        private Attempt(String source, String pair, boolean isKnown, Standing standing) {
            this.source = source;
            this.pair = pair;
            this.isKnown = isKnown;
            this.standing = standing;
        }

        Standing standing() {
            return standing;
        }

        void failed() {
            synchronized (LoginDelay.this) {
                note(pair, FREE_PER_USER);
                if (!isKnown) {
                    note(source, FREE_PER_ADDRESS);
                }
            }
        }

        void succeeded() {
            synchronized (LoginDelay.this) {
                failures.remove(pair);
                known.put(pair, true);
            }
        }

        @Override
        public void close() {
            synchronized (LoginDelay.this) {
                underWay.computeIfPresent(source, (_, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    LoginDelay(LongSupplier clockNs) {
        this.clockNs = clockNs;
    }

    /**
     * Begins one.
     *
     * @param address of a host
     * @param device what a browser that logged in before was told to say; empty: nothing
     * @throws ApiError when it is too early for another attempt
     */
    synchronized Attempt begin(String user, String address, String device) {
        boolean ofDevice = !device.isEmpty() && known.containsKey(pair(device, user));
        String source = ofDevice ? "d:" + device : "a:" + LoginSource.of(address);
        String pair = pair(source.substring(2), user);
        boolean isKnown = known.containsKey(pair);
        long waitNs = Math.max(waitNs(pair), isKnown ? 0 : waitNs(source));
        if (waitNs > 0) {
            throw ApiError.later((int) (1 + TimeUnit.NANOSECONDS.toSeconds(waitNs)));
        }
        boolean suspect = failures.containsKey(pair) || (!isKnown && failures.containsKey(source));
        if (underWay.getOrDefault(source, 0) >= (suspect ? 1 : AT_ONCE)) {
            throw ApiError.later(1);
        }
        underWay.merge(source, 1, Integer::sum);
        return new Attempt(source, pair, isKnown,
                suspect ? Standing.SUSPECT : isKnown ? Standing.KNOWN : Standing.CLEAN);
    }

    /** That browser belongs to that user from now on. */
    synchronized void remember(String device, String user) {
        known.put(pair(device, user), true);
    }

    /** Whether it did before. */
    synchronized boolean remembers(String device, String user) {
        return known.containsKey(pair(device, user));
    }

    private static String pair(String source, String user) {
        return source + " " + user;
    }

    private long waitNs(String key) {
        Failures before = failures.get(key);
        return before == null ? 0 : before.untilNs() - clockNs.getAsLong();
    }

    private void note(String key, int free) {
        long nowNs = clockNs.getAsLong();
        Failures before = failures.get(key);
        int count = before == null || nowNs - before.lastNs() > FORGOTTEN_AFTER_NS ? 1 : before.count() + 1;
        long waitS = count < free ? 0 : Math.min(LONGEST_S, 1L << Math.min(10, count - free));
        failures.put(key, new Failures(count, nowNs, nowNs + TimeUnit.SECONDS.toNanos(waitS)));
    }
}
