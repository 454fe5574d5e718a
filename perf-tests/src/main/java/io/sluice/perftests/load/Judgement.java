package io.sluice.perftests.load;

import io.sluice.perftests.LaboratoryExit;
import io.sluice.perftests.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a run's figures are worth, in words; each part is empty where there is nothing to say. Immutable.
 *
 * @param generatorWeak why the generator, not the target, made the figures: they cannot be believed
 * @param targetFailed how the target fell short of the load, whatever was required of it
 * @param nothingSucceeded that not one operation succeeded, and what became of them
 */
public record Judgement(List<String> generatorWeak, List<String> targetFailed, List<String> nothingSucceeded) {
    private static final double MOST_WITHOUT_MEANS = 0.001;
    /** A pause at the end of a short run leaves a few per cent waiting; a target that cannot keep up, far more. */
    private static final double MOST_LEFT_WAITING = 0.05;

    public Judgement {
        generatorWeak = List.copyOf(generatorWeak);
        targetFailed = List.copyOf(targetFailed);
        nothingSucceeded = List.copyOf(nothingSucceeded);
    }

    /**
     * @param withoutMeans what could not be done, from the first connection on, because this host had no means for it
     * @param leftWaiting arrivals that no connection had taken at the end
     */
    static Judgement of(LoadPlan plan, Interval total, long withoutMeans, long leftWaiting) {
        List<String> weak = new ArrayList<>();
        double late = lateShare(total);
        if (late > plan.lateLimit()) {
            weak.add(String.format(Locale.ROOT,
                    "the generator sent %.2f %% of its arrivals more than %s late (limit %.2f %%): give it a core of its own, --threads, or a lower --rate",
                    late * 100, Units.duration(plan.lateAfterNs()), plan.lateLimit() * 100));
        }
        if (total.count(Count.DROPPED) > 0) {
            weak.add(total.count(Count.DROPPED) + " datagrams were thrown away because the socket's buffer was full");
        }
        boolean noMeans = withoutMeans > MOST_WITHOUT_MEANS
                * Math.max(plan.connections().max(), total.count(Count.OPERATIONS));
        if (noMeans) {
            weak.add("the generator's host could not make " + withoutMeans
                    + " connections or sends: it had no descriptor (ulimit -n), no source port (--source with more addresses) or no memory left");
        }
        boolean nothing = !noMeans && plan.mode() != LoadMode.IDLE && total.count(Count.OPERATIONS) == 0;
        return new Judgement(weak, noMeans ? List.of() : backlog(total, leftWaiting, late <= plan.lateLimit()),
                nothing ? List.of("no operation succeeded in the measured time: " + fate(total)) : List.of());
    }

    private static List<String> backlog(Interval total, long leftWaiting, boolean inTime) {
        long arrivals = total.count(Count.ARRIVALS);
        long left = leftWaiting + total.count(Count.UNSERVED);
        double share = share(left, arrivals);
        // a generator that is itself late with half as many does not get round to its connections: no witness
        return share > MOST_LEFT_WAITING && (inTime || lateShare(total) < share / 2)
                ? List.of(String.format(Locale.ROOT,
                        "the target did not keep up: at the end %d arrivals, %.0f %% of those measured, still waited for a free connection",
                        left, share * 100))
                : List.of();
    }

    private static String fate(Interval total) {
        String failures = total.failuresByKind();
        return failures.isEmpty() ? "no answer came" : failures;
    }

    /** The share of arrivals the generator itself noticed too late, at most 1; 0 in a closed loop. */
    static double lateShare(Interval total) {
        return share(total.count(Count.LATE), total.count(Count.ARRIVALS));
    }

    private static double share(long part, long whole) {
        return Math.min(1, (double) part / Math.max(1, whole));
    }

    /** Can the figures be believed? */
    public boolean believable() {
        return generatorWeak.isEmpty() && nothingSucceeded.isEmpty();
    }

    /** Why they cannot. */
    public List<String> unbelievableBecause() {
        List<String> reasons = new ArrayList<>(generatorWeak);
        reasons.addAll(nothingSucceeded);
        return reasons;
    }

    /** What was required and failed comes first: whoever asked wants to hear it, however the load was disturbed. */
    int exitCode(boolean requirementsHold) {
        if (!requirementsHold) {
            return LaboratoryExit.GATE_FAILED;
        }
        if (!nothingSucceeded.isEmpty()) {
            return LaboratoryExit.INTERNAL_ERROR;
        }
        if (!targetFailed.isEmpty()) {
            return LaboratoryExit.GATE_FAILED;
        }
        return generatorWeak.isEmpty() ? LaboratoryExit.OK : LaboratoryExit.CANNOT_JUDGE;
    }
}
