package io.sluice.perftests.lab;

import io.sluice.perftests.contender.Running;
import io.sluice.perftests.contender.Work;
import java.io.IOException;
import java.util.List;

/** One kind of work a contender is measured at. Stateless. */
public interface Workload {
    /** How users name it. */
    String id();

    /** What it is, for people. */
    String title();

    Work work();

    /** What it finds, the most important figure first. */
    List<Metric> metrics();

    /** Does it change the contender for whatever is measured next (memory it keeps, servers it kills)? Then it gets a fresh one. */
    boolean wantsFreshContender();

    Measured measure(Stand stand, Running contender) throws IOException;
}
