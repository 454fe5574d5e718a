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
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.ringbuffers.counters.CountersReader;
import io.sluice.ringbuffers.counters.Kind;
import io.sluice.ringbuffers.counters.RowSnapshot;

/** The counters file: a row given to another owner while somebody reads it. */
public final class CountersStress {
    private static final int COLUMNS_USED = 3;
    private static final Path FILE = ScratchDirectory.create().resolve("counters");
    private static final CountersFile WRITER = create();
    private static final CountersReader READER = read();
    private static CounterRow row = WRITER.allocate(Kind.SERVER, 0, "0");
    private static int owner;

    private CountersStress() {
    }

    @JCStressTest
    @State
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "the row was changing hands")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "label and values belong to one owner")
    @Outcome(expect = FORBIDDEN, desc = "one owner's label with another's values")
    public static class RowChangesHands {
        @Actor
        public void writes() {
            WRITER.release(row);
            owner++;
            row = WRITER.allocate(Kind.SERVER, 0, Integer.toString(owner));
            for (int column = 0; column < COLUMNS_USED; column++) {
                row.set(column, owner);
            }
        }

        @Actor
        public void reads(I_Result result) {
            READER.forEach(seen -> result.r1 = consistent(seen) ? 1 : -1);
        }
    }

    /** Values are 0 until their owner has set them. */
    private static boolean consistent(RowSnapshot seen) {
        long reader = Long.parseLong(seen.key().service());
        for (int column = 0; column < COLUMNS_USED; column++) {
            if (seen.value(column) != 0 && seen.value(column) != reader) {
                return false;
            }
        }
        return true;
    }

    private static CountersFile create() {
        try {
            return CountersFile.create(FILE, 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CountersReader read() {
        try {
            return CountersReader.open(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
