package io.sluice.perftests.gate;

/**
 * What the gate says of one figure.
 *
 * @param worse how much worse the candidate's median is than the baseline's (0.05: 5 %; negative: better)
 * @param band what two equal builds differ by on this machine
 * @param p of the Mann-Whitney test
 */
public record Verdict(Figure figure, Answer answer, double baseline, double candidate, double worse, double limit,
        double band, double p) {
    /** The three things a gate can say. */
    public enum Answer {
        PASSED("passed"), FAILED("FAILED"), CANNOT_JUDGE("cannot judge");

        public final String words;

        Answer(String words) {
            this.words = words;
        }
    }
}
