package io.sluice.perftests.gate;

/** Who is measured in a pair, and what the comparison calls it. */
public enum Side {
    CONTROL("direct"), BASELINE("baseline"), CANDIDATE("candidate");

    public final String word;

    Side(String word) {
        this.word = word;
    }
}
