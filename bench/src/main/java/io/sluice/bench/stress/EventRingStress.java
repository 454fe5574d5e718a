package io.sluice.bench.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.sluice.ringbuffers.ring.EventRing;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** The ring of events, so small that it is often full: a worker puts events into it while the agent drains them. */
@JCStressTest
@State
@Outcome(id = "0", expect = ACCEPTABLE, desc = "nothing was there")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "one event, whole and later than the one before")
@Outcome(expect = FORBIDDEN, desc = "an event mixed from two, or out of order")
public class EventRingStress {
    private static final EventRing RING = new EventRing(256);
    private static final int LONGS = 4;

    private static long put;
    private static long taken;

    @Actor
    public void worker() {
        int claim = RING.claim(1, LONGS);
        if (claim != EventRing.FULL) {
            put++;
            for (int n = 0; n < LONGS; n++) {
                RING.put(claim, n, put);
            }
            RING.commit(claim);
        }
    }

    @Actor
    public void agent(I_Result result) {
        RING.drain((type, longs) -> {
            taken++;
            for (int n = 0; n < LONGS; n++) {
                if (longs.get(n) != taken) {
                    result.r1 = -1;
                    return;
                }
            }
            result.r1 = 1;
        }, 1);
    }
}
