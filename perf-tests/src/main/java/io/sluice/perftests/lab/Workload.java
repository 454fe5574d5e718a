package io.sluice.perftests.lab;

import io.sluice.perftests.contender.Contender;
import io.sluice.perftests.contender.Running;
import io.sluice.perftests.contender.Work;
import java.io.IOException;
import java.util.List;

/** One kind of work a contender is measured at. Stateless. */
public sealed interface Workload {
    /** How users name it. */
    String id();

    /** What it is, for people. */
    String title();

    Work work();

    /** What it finds, the most important figure first. */
    List<Metric> metrics();

    /** Leaves the contender as it was: the next workload can use the same one. */
    non-sealed interface OnRunning extends Workload {
        Measured measure(TestBed testBed, Running contender) throws IOException;

        /** Can its time be cut into visits? */
        default boolean inVisits() {
            return false;
        }
    }

    /** Starts a contender of its own, because it counts its memory, or takes its servers away. */
    non-sealed interface OnFresh extends Workload {
        /** @param folder for the contender's files */
        Measured measure(TestBed testBed, Contender contender, String folder) throws IOException;
    }
}
