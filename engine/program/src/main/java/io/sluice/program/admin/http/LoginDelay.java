package io.sluice.program.admin.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Slows down who guesses passwords: after a few failures of an address, and of a user name from anywhere, each further
 * failure doubles the wait. Any thread.
 */
final class LoginDelay {
    private static final int FREE_PER_ADDRESS = 4;
    /** More: else a stranger who knows a name could lock its owner out. */
    private static final int FREE_PER_USER = 20;
    private static final int LONGEST_S = 60;
    private static final int REMEMBERED = 4_096;
    private static final long FORGOTTEN_AFTER_NS = TimeUnit.MINUTES.toNanos(15);

    private final LongSupplier clockNs;
    private final Map<String, Failures> failures = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > REMEMBERED;
        }
    };

    private record Failures(int count, long lastNs, long untilNs) {
    }

    LoginDelay(LongSupplier clockNs) {
        this.clockNs = clockNs;
    }

    /** @throws ApiError when it is too early for another attempt */
    synchronized void check(String user, String address) {
        long waitNs = Math.max(wait("a:" + address), wait("u:" + user));
        if (waitNs > 0) {
            throw ApiError.later((int) (1 + TimeUnit.NANOSECONDS.toSeconds(waitNs)));
        }
    }

    synchronized void failed(String user, String address) {
        note("a:" + address, FREE_PER_ADDRESS);
        note("u:" + user, FREE_PER_USER);
    }

    synchronized void succeeded(String user, String address) {
        failures.remove("a:" + address);
        failures.remove("u:" + user);
    }

    private long wait(String key) {
        Failures known = failures.get(key);
        return known == null ? 0 : known.untilNs() - clockNs.getAsLong();
    }

    private void note(String key, int free) {
        long nowNs = clockNs.getAsLong();
        Failures known = failures.get(key);
        int count = known == null || nowNs - known.lastNs() > FORGOTTEN_AFTER_NS ? 1 : known.count() + 1;
        long waitS = count < free ? 0 : Math.min(LONGEST_S, 1L << Math.min(10, count - free));
        failures.put(key, new Failures(count, nowNs, nowNs + TimeUnit.SECONDS.toNanos(waitS)));
    }
}
