package io.sluice.bench.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.JJJJ_Result;
import org.openjdk.jcstress.infra.results.JJJ_Result;
import org.openjdk.jcstress.infra.results.JJZ_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.JZJ_Result;

import io.sluice.bench.ScratchDirectory;
import io.sluice.conntrack.AffinityReader;
import io.sluice.conntrack.AffinityTable;

/**
 * The affinity table, written by several workers at once. Each trial has a client of its own in one large table shared
 * by all trials; the last number of an outcome is the server the table has for it when both workers are done.
 */
public final class AffinityStress {
    private static final long GROUP = 0x57E55;
    private static final long TIMEOUT_MS = 360_000;
    private static final long NOW_MS = 1_800_000_000_000L;
    private static final long LONG_AGO_MS = NOW_MS - 10 * TIMEOUT_MS;
    private static final AffinityTable TABLE = open(1 << 20);
    private static final AtomicLong CLIENTS = new AtomicLong();

    private AffinityStress() {
    }

    /** A client of nobody yet, and what can happen to it. */
    public abstract static class Client {
        private final long address = CLIENTS.incrementAndGet();

        final long claim(long server) {
            return TABLE.lookupOrClaim(GROUP, 0, address, server, TIMEOUT_MS, NOW_MS);
        }

        final void claimedLongAgo(long server) {
            TABLE.lookupOrClaim(GROUP, 0, address, server, TIMEOUT_MS, LONG_AGO_MS);
        }

        final long lookup() {
            return TABLE.lookup(GROUP, 0, address, NOW_MS);
        }

        final long move(long from, long to) {
            return TABLE.replace(GROUP, 0, address, from, to, NOW_MS);
        }

        final boolean remove() {
            return TABLE.remove(GROUP, 0, address);
        }

        /** What the table has in the end; makes room for later trials. */
        final long inTheEnd() {
            long server = lookup();
            boolean removed = remove();
            // A second entry of the same client would come to light here.
            return removed && lookup() != AffinityTable.NONE ? -1 : server;
        }
    }

    @JCStressTest
    @State
    @Outcome(id = {"7, 7, 7", "8, 8, 8"}, expect = ACCEPTABLE, desc = "one claim won, both got its answer")
    @Outcome(expect = FORBIDDEN, desc = "two connections of one client went to two servers")
    public static class TwoClaims extends Client {
        @Actor
        public void one(JJJ_Result result) {
            result.r1 = claim(7);
        }

        @Actor
        public void other(JJJ_Result result) {
            result.r2 = claim(8);
        }

        @Arbiter
        public void end(JJJ_Result result) {
            result.r3 = inTheEnd();
        }
    }

    @JCStressTest
    @State
    @Outcome(id = {"7, 7, 7", "8, 8, 8"}, expect = ACCEPTABLE, desc = "one claim won, both got its answer")
    @Outcome(expect = FORBIDDEN, desc = "the expired server is back, or each claim had its own way")
    public static class TwoClaimsOfAnExpiredEntry extends Client {
        public TwoClaimsOfAnExpiredEntry() {
            claimedLongAgo(6);
        }

        @Actor
        public void one(JJJ_Result result) {
            result.r1 = claim(7);
        }

        @Actor
        public void other(JJJ_Result result) {
            result.r2 = claim(8);
        }

        @Arbiter
        public void end(JJJ_Result result) {
            result.r3 = inTheEnd();
        }
    }

    @JCStressTest
    @State
    @Outcome(id = {"0, 7", "7, 7"}, expect = ACCEPTABLE, desc = "seen not yet, or whole")
    @Outcome(expect = FORBIDDEN, desc = "half an entry was seen, or it was lost")
    public static class ClaimAndLookup extends Client {
        @Actor
        public void claims(JJ_Result result) {
            claim(7);
        }

        @Actor
        public void looks(JJ_Result result) {
            result.r1 = lookup();
        }

        @Arbiter
        public void end(JJ_Result result) {
            result.r2 = inTheEnd();
        }
    }

    @JCStressTest
    @State
    @Outcome(id = {"8, 8, 8", "9, 9, 9"}, expect = ACCEPTABLE, desc = "one worker moved the client, the other followed")
    @Outcome(expect = FORBIDDEN, desc = "the workers disagree")
    public static class TwoMoves extends Client {
        public TwoMoves() {
            claim(7);
        }

        @Actor
        public void one(JJJ_Result result) {
            result.r1 = move(7, 8);
        }

        @Actor
        public void other(JJJ_Result result) {
            result.r2 = move(7, 9);
        }

        @Arbiter
        public void end(JJJ_Result result) {
            result.r3 = inTheEnd();
        }
    }

    @JCStressTest
    @State
    @Outcome(id = {"0, true, 0", "8, true, 0"}, expect = ACCEPTABLE, desc = "removed before or after the move")
    @Outcome(expect = FORBIDDEN, desc = "a removed entry is back, or the removal failed")
    public static class MoveAndRemove extends Client {
        public MoveAndRemove() {
            claim(7);
        }

        @Actor
        public void moves(JZJ_Result result) {
            result.r1 = move(7, 8);
        }

        @Actor
        public void removes(JZJ_Result result) {
            result.r2 = remove();
        }

        @Arbiter
        public void end(JZJ_Result result) {
            result.r3 = inTheEnd();
        }
    }

    /** With two actors, so that it runs on two processors. */
    @JCStressTest
    @State
    @Outcome(id = {"7, 8, 1, 8", "7, 7, 0, 7", "8, 8, 0, 8"}, expect = ACCEPTABLE, desc = "some order of the three")
    @Outcome(expect = FORBIDDEN, desc = "no order of the three explains this")
    public static class ClaimAgainstRemoveAndClaim extends Client {
        @Actor
        public void one(JJJJ_Result result) {
            result.r1 = claim(7);
        }

        @Actor
        public void other(JJJJ_Result result) {
            result.r3 = remove() ? 1 : 0;
            result.r2 = claim(8);
        }

        @Arbiter
        public void end(JJJJ_Result result) {
            result.r4 = inTheEnd();
        }
    }

    @JCStressTest
    @State
    @Outcome(id = {"7, 7, 1, 0", "8, 8, 1, 0", "7, 8, 1, 8", "7, 8, 1, 7", "7, 7, 0, 7",
        "8, 8, 0, 8"}, expect = ACCEPTABLE, desc = "some order of the three")
    @Outcome(expect = FORBIDDEN, desc = "no order of the three explains this")
    public static class ClaimsAndRemove extends Client {
        @Actor
        public void one(JJJJ_Result result) {
            result.r1 = claim(7);
        }

        @Actor
        public void other(JJJJ_Result result) {
            result.r2 = claim(8);
        }

        @Actor
        public void removes(JJJJ_Result result) {
            result.r3 = remove() ? 1 : 0;
        }

        @Arbiter
        public void end(JJJJ_Result result) {
            result.r4 = inTheEnd();
        }
    }

    /** The sweep goes through a table of one page again and again; the client's entry has expired, or is new. */
    @JCStressTest
    @State
    @Outcome(id = "7, 7, true", expect = ACCEPTABLE, desc = "the expired entry gave way, the new one stayed")
    @Outcome(expect = FORBIDDEN, desc = "the sweep took a live entry, or left the client with its old server")
    public static class SweepAndClaim {
        private static final AffinityTable SMALL = open(8);
        private final long address = CLIENTS.incrementAndGet();

        @Actor
        public void comesBack(JJZ_Result result) {
            SMALL.lookupOrClaim(GROUP, 0, address, 6, TIMEOUT_MS, LONG_AGO_MS);
            result.r1 = SMALL.lookupOrClaim(GROUP, 0, address, 7, TIMEOUT_MS, NOW_MS);
            result.r2 = SMALL.lookup(GROUP, 0, address, NOW_MS);
            result.r3 = SMALL.remove(GROUP, 0, address);
        }

        @Actor
        public void sweeps() {
            SMALL.expire(NOW_MS, Long.MAX_VALUE);
        }
    }

    /** Another process reads while one slot after the other changes hands; the server's id says whose it is. */
    @JCStressTest
    @State
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "the slot was changing")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "one client's entry, whole")
    @Outcome(expect = FORBIDDEN, desc = "one client's address with another's server")
    public static class SlotIsReused {
        private static final Path FILE = ScratchDirectory.create().resolve("affinity");
        private static final AffinityTable WRITER = open(FILE, 1);
        private static final AffinityReader READER = reader(FILE);
        private static long client;

        @Actor
        public void writes() {
            WRITER.remove(GROUP, 0, client);
            client++;
            WRITER.lookupOrClaim(GROUP, 0, client, client, TIMEOUT_MS, NOW_MS);
        }

        @Actor
        public void reads(I_Result result) {
            READER.forEach(seen -> result.r1 = seen.serverId() == seen.ipLo() ? 1 : -1);
        }
    }

    private static AffinityTable open(long capacity) {
        return open(ScratchDirectory.create().resolve("affinity"), capacity);
    }

    private static AffinityTable open(Path file, long capacity) {
        try {
            return AffinityTable.open(file, capacity);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static AffinityReader reader(Path file) {
        try {
            return AffinityReader.open(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
