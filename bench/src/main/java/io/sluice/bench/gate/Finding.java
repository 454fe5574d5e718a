package io.sluice.bench.gate;

/** What the gate says about one limit. */
record Finding(Verdict verdict, String text) {
    enum Verdict {
        PASSED, FAILED,
        /** Not measured, or the limit lies within the noise. Never a pass. */
        CANNOT_JUDGE;
    }

    static Finding passed(String format, Object... arguments) {
        return new Finding(Verdict.PASSED, format.formatted(arguments));
    }

    static Finding failed(String format, Object... arguments) {
        return new Finding(Verdict.FAILED, format.formatted(arguments));
    }

    static Finding cannotJudge(String format, Object... arguments) {
        return new Finding(Verdict.CANNOT_JUDGE, format.formatted(arguments));
    }
}
