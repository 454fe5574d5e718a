package io.sluice.bench.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

import io.sluice.bench.ScratchDirectory;
import io.sluice.conntrack.Flow;
import io.sluice.conntrack.FlowReader;
import io.sluice.conntrack.FlowShard;
import io.sluice.conntrack.FlowTable;

/**
 * The flow table: one worker writes, somebody else reads the same slot. All fields of the nth flow say n, so a copy
 * mixed from two flows shows.
 */
public final class FlowStress {
    private static final int CAPACITY = 16;
    private static final long NOW_MS = 1_800_000_000_000L;
    private static final Path DIRECTORY = ScratchDirectory.create();
    private static final FlowTable TABLE = table();
    private static final FlowShard SHARD = TABLE.shard(0);
    private static final FlowReader READER = reader();
    private static final int WHOLE = 1;
    private static final int TORN = -1;

    private static long flow = FlowShard.NONE;
    private static long number;

    private FlowStress() {
    }

    @JCStressTest
    @State
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "the slot was changing")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "one flow, whole")
    @Outcome(expect = FORBIDDEN, desc = "a copy mixed from two flows")
    public static class SlotIsReused {
        @Actor
        public void worker() {
            SHARD.end(flow, 1);
            number++;
            flow = SHARD.insert(SHARD.newFlow().service(number).client(number, number, (int) number)
                    .listen(number, number, (int) number).server(number, number, number, (int) number)
                    .source(number, number, (int) number), NOW_MS);
        }

        @Actor
        public void reader(I_Result result) {
            READER.forEach(seen -> result.r1 = all(seen.client().address().low(), seen) ? WHOLE : TORN);
        }
    }

    private static boolean all(long n, Flow seen) {
        return seen.serviceId() == n && seen.client().address().high() == n && seen.client().port() == (n & 0xFFFF)
                && seen.listen().address().high() == n && seen.listen().address().low() == n
                && seen.listen().port() == (n & 0xFFFF)
                && seen.serverId() == n && seen.server().address().high() == n && seen.server().address().low() == n
                && seen.server().port() == (n & 0xFFFF) && seen.source().address().high() == n
                && seen.source().address().low() == n
                && seen.source().port() == (n & 0xFFFF);
    }

    private static FlowTable table() {
        try {
            return FlowTable.open(DIRECTORY, 1, CAPACITY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FlowReader reader() {
        try {
            return FlowReader.open(DIRECTORY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
