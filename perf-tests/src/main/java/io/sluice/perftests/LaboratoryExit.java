package io.sluice.perftests;

/** What the commands' exit codes mean (config.md). */
public final class LaboratoryExit {
    public static final int OK = 0;
    public static final int INTERNAL_ERROR = 1;
    public static final int USAGE = 2;
    /** A gate, or a run, that cannot judge: too noisy, or its own figures disturbed. */
    public static final int CANNOT_JUDGE = 98;
    public static final int GATE_FAILED = 99;

    private LaboratoryExit() {
    }
}
