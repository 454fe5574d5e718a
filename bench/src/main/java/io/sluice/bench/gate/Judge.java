package io.sluice.bench.gate;

import io.sluice.bench.gate.Finding.Verdict;
import io.sluice.bench.gate.Limits.Ratio;
import java.util.ArrayList;
import java.util.List;

/** Holds measurements against the limits. */
final class Judge {
    static final int EXIT_PASSED = 0;
    static final int EXIT_CANNOT_JUDGE = 98;
    static final int EXIT_FAILED = 99;

    /** Fewer show no noise. */
    private static final int LEAST_ITERATIONS = 2;

    private final Limits limits;
    private final List<Measurement> measurements;

    private Judge(Limits limits, List<Measurement> measurements) {
        this.limits = limits;
        this.measurements = measurements;
    }

    static List<Finding> findings(Limits limits, List<Measurement> measurements) {
        Judge judge = new Judge(limits, measurements);
        List<Finding> findings = new ArrayList<>();
        limits.allocation().forEach((benchmark, limit) -> judge.allocation(benchmark, limit, findings));
        judge.unlisted(findings);
        limits.ratios().forEach(ratio -> judge.ratio(ratio, findings));
        if (findings.isEmpty()) {
            findings.add(Finding.cannotJudge("there is no limit to hold anything against"));
        }
        return findings;
    }

    static int exitCode(List<Finding> findings) {
        if (findings.stream().anyMatch(f -> f.verdict() == Verdict.FAILED)) {
            return EXIT_FAILED;
        }
        return findings.stream().anyMatch(f -> f.verdict() == Verdict.CANNOT_JUDGE) ? EXIT_CANNOT_JUDGE : EXIT_PASSED;
    }

    private void allocation(String benchmark, String limit, List<Finding> findings) {
        if (limit.equals(Limits.ANY)) {
            return;
        }
        List<Measurement> runs = measurements.stream().filter(m -> m.benchmark().equals(benchmark)).toList();
        if (runs.isEmpty()) {
            findings.add(Finding.cannotJudge("%s has a limit but was not run", benchmark));
        }
        for (Measurement run : runs) {
            double bytes = run.bytesPerOperation();
            double allowed = Double.parseDouble(limit)
                    + limits.toleranceBytesPerIteration() / run.operationsPerIteration();
            if (Double.isNaN(bytes)) {
                findings.add(Finding.cannotJudge("%s was run without the gc profiler", run.label()));
            } else if (Double.isNaN(allowed)) {
                findings.add(Finding.cannotJudge("%s was not measured as time per operation", run.label()));
            } else if (bytes > allowed) {
                findings.add(Finding.failed("%s allocates %.3f bytes per operation, allowed are %s", run.label(), bytes,
                        limit));
            } else {
                findings.add(Finding.passed("%s allocates %.3f bytes per operation", run.label(), bytes));
            }
        }
    }

    private void unlisted(List<Finding> findings) {
        measurements.stream().map(Measurement::benchmark).distinct().filter(b -> !limits.allocation().containsKey(b))
                .forEach(b -> findings.add(Finding.failed("%s has no allocation limit", b)));
    }

    private void ratio(Ratio ratio, List<Finding> findings) {
        boolean judged = false;
        for (Measurement of : measurements) {
            for (Measurement to : measurements) {
                if (ratio.of().matches(of) && ratio.to().matches(to) && of.comparableTo(to)) {
                    findings.add(ratio(of, to, ratio.atMost()));
                    judged = true;
                }
            }
        }
        if (!judged) {
            findings.add(Finding.cannotJudge("no run of %s beside one of %s", ratio.of(), ratio.to()));
        }
    }

    /** Passes or fails only where the whole ranges of iterations agree on it. */
    private static Finding ratio(Measurement of, Measurement to, double atMost) {
        double least = of.fastestNs() / to.slowestNs();
        double most = of.slowestNs() / to.fastestNs();
        String measured = "%s takes %.2f..%.2f times as long as %s, allowed are %.2f".formatted(of.label(), least, most,
                to.label(), atMost);
        if (Math.min(of.nsPerOperation().size(), to.nsPerOperation().size()) < LEAST_ITERATIONS) {
            return Finding.cannotJudge("%s, measured too few times to say", measured);
        }
        if (most <= atMost) {
            return Finding.passed("%s", measured);
        }
        return least > atMost ? Finding.failed("%s", measured) : Finding.cannotJudge("%s", measured);
    }
}
