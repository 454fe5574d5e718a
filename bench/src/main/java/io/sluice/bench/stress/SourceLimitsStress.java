package io.sluice.bench.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.sluice.bench.ScratchDirectory;
import io.sluice.conntrack.Mode;
import io.sluice.dataplane.service.AffinityRule;
import io.sluice.dataplane.service.Forwarding.Packets;
import io.sluice.dataplane.service.ServiceRows;
import io.sluice.dataplane.service.SourceLimits;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.ringbuffers.counters.Kind;
import io.sluice.scheduler.Candidates;
import io.sluice.scheduler.SchedulerKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Limits per client, shared by all workers. Two of them admit a connection of one client that may have one. Clients
 * share cells, and of two that come at once each may see the other: that may refuse a connection, never admit one too
 * many.
 */
public final class SourceLimitsStress {
    private static final SourceLimits LIMITS = new SourceLimits();
    private static final VirtualService ONE_CONNECTION = service(new VirtualService.Limits(0, 1, 0, 0));
    private static final VirtualService ONE_A_DAY = service(
            new VirtualService.Limits(0, 0, 1, TimeUnit.DAYS.toNanos(1)));
    /** Later than any limits that a new day brings. */
    private static final long NOW_NS = System.nanoTime() + TimeUnit.DAYS.toNanos(1);
    private static final AtomicLong TRIALS = new AtomicLong();
    /** So few at a time hardly share cells. */
    private static final int CLIENTS = 1 << 14;
    private static SourceLimits today = new SourceLimits();

    private SourceLimitsStress() {
    }

    @JCStressTest
    @State
    @Outcome(id = {"true, false", "false, true"}, expect = ACCEPTABLE, desc = "one was admitted")
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "each saw the other one, or another client's")
    @Outcome(id = "true, true", expect = FORBIDDEN, desc = "more connections than allowed")
    public static class TwoConnections {
        private final long client = TRIALS.incrementAndGet();

        @Actor
        public void one(ZZ_Result result) {
            result.r1 = LIMITS.admit(ONE_CONNECTION, 0, client, 0);
        }

        @Actor
        public void other(ZZ_Result result) {
            result.r2 = LIMITS.admit(ONE_CONNECTION, 0, client, 0);
        }

        @Arbiter
        public void end(ZZ_Result result) {
            release(result.r1);
            release(result.r2);
        }

        private void release(boolean admitted) {
            if (admitted) {
                LIMITS.release(ONE_CONNECTION, 0, client);
            }
        }
    }

    /** What was admitted is never given back here: after some clients comes a new day. */
    @JCStressTest
    @State
    @Outcome(id = {"true, false", "false, true"}, expect = ACCEPTABLE, desc = "one was admitted")
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "each saw the other one, or another client's")
    @Outcome(id = "true, true", expect = FORBIDDEN, desc = "faster than allowed")
    public static class TwoAtOnce {
        private final long client = TRIALS.incrementAndGet();
        private final SourceLimits limits = limits(client);

        @Actor
        public void one(ZZ_Result result) {
            result.r1 = admit();
        }

        @Actor
        public void other(ZZ_Result result) {
            result.r2 = admit();
        }

        private boolean admit() {
            return limits.admit(ONE_A_DAY, 0, client, NOW_NS);
        }

        private static synchronized SourceLimits limits(long client) {
            if (client % CLIENTS == 0) {
                today = new SourceLimits();
            }
            return today;
        }
    }

    private static VirtualService service(VirtualService.Limits limits) {
        return new VirtualService(1, "stress", List.of(), Candidates.none(SchedulerKind.ROUND_ROBIN),
                AffinityRule.NONE, VirtualService.AccessList.EVERYONE, limits,
                new ServiceRows(gauges(), List.of(), List.of(), List.of()),
                new Packets(Mode.NAT, Packets.Engine.TC));
    }

    private static CounterRow gauges() {
        try {
            return CountersFile.create(ScratchDirectory.create().resolve("counters"), 1).allocate(Kind.SERVICE, -1,
                    "stress");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
