package io.sluice.perftests.gate;

import io.sluice.perftests.LaboratoryExit;
import io.sluice.perftests.gate.Verdict.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** All verdicts of a gate and what they mean together. Immutable. */
public record GateReport(List<Verdict> verdicts) {
    public GateReport {
        verdicts = List.copyOf(verdicts);
    }

    public static GateReport of(Pairs pairs, Limits limits, NoiseFloor floor) {
        List<Verdict> verdicts = new ArrayList<>();
        for (Map.Entry<Figure, Limit> gate : limits.limits().entrySet()) {
            Figure figure = gate.getKey();
            boolean relative = !gate.getValue().absolute();
            double[] baseline = relative ? pairs.relative(Side.BASELINE, figure) : pairs.values(Side.BASELINE, figure);
            double[] candidate = relative
                    ? pairs.relative(Side.CANDIDATE, figure)
                    : pairs.values(Side.CANDIDATE, figure);
            verdicts.add(Judge.compare(figure, baseline, candidate, gate.getValue(), floor.band(figure),
                    limits.significance()));
        }
        return new GateReport(verdicts);
    }

    /**
     * The floor these verdicts rest on: its bands, wider where the pairs judged here showed more noise than it knows
     * of.
     */
    public NoiseFloor judgedBy(NoiseFloor floor) {
        Map<Figure, Double> bands = new TreeMap<>(floor.bands());
        verdicts.stream().filter(verdict -> Double.isFinite(verdict.band()))
                .forEach(verdict -> bands.put(verdict.figure(), verdict.band()));
        return new NoiseFloor(floor.measured(), floor.pairs(), floor.setting(), bands);
    }

    /** 99 where anything failed, else 98 where anything could not be judged, else 0. */
    public int exitCode() {
        if (verdicts.stream().anyMatch(verdict -> verdict.answer() == Answer.FAILED)) {
            return LaboratoryExit.GATE_FAILED;
        }
        return verdicts.stream().anyMatch(verdict -> verdict.answer() == Answer.CANNOT_JUDGE)
                ? LaboratoryExit.CANNOT_JUDGE
                : LaboratoryExit.OK;
    }

    /** The verdict in words, first line for the hurried. */
    public String text() {
        StringBuilder text = new StringBuilder(headline()).append('\n');
        text.append(String.format(Locale.ROOT, "%n%-42s %-13s %10s %10s %10s %8s%n", "figure", "verdict", "change",
                "limit", "A/A band", "p"));
        for (Verdict verdict : verdicts) {
            text.append(String.format(Locale.ROOT, "%-42s %-13s %10s %10s %10s %8s%n", verdict.figure(),
                    verdict.answer().words, change(verdict),
                    Double.isNaN(verdict.worse()) ? "<= " + verdict.limit() : percent(verdict.limit()),
                    percent(verdict.band()),
                    Double.isNaN(verdict.p()) ? "-" : String.format(Locale.ROOT, "%.4f", verdict.p())));
        }
        return text.toString();
    }

    public String headline() {
        long failed = verdicts.stream().filter(verdict -> verdict.answer() == Answer.FAILED).count();
        long unjudged = verdicts.stream().filter(verdict -> verdict.answer() == Answer.CANNOT_JUDGE).count();
        return switch (exitCode()) {
            case LaboratoryExit.GATE_FAILED -> "FAILED: " + failed + " of " + verdicts.size()
                    + " figures got worse by more than their limit and more than chance explains.";
            case LaboratoryExit.CANNOT_JUDGE -> "CANNOT JUDGE: nothing failed, but for " + unjudged + " of "
                    + verdicts.size()
                    + " figures the limit is tighter than what two equal builds differ by on this machine. More pairs, longer trials or a quieter machine.";
            default -> "PASSED: none of " + verdicts.size() + " figures got worse beyond its limit.";
        };
    }

    private static String change(Verdict verdict) {
        if (!Double.isNaN(verdict.worse())) {
            return (verdict.worse() > 0 ? "worse " : "better ") + percent(Math.abs(verdict.worse()));
        }
        return Double.isNaN(verdict.candidate()) ? "no value" : verdict.figure().metric().show(verdict.candidate());
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f %%", share * 100);
    }
}
