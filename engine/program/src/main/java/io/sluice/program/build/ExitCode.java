package io.sluice.program.build;

/** What the process says when it ends; a contract with scripts. */
public final class ExitCode {
    public static final int OK = 0;
    /** A bug or an unforeseen failure of the machine. */
    public static final int INTERNAL_ERROR = 1;
    public static final int USAGE = 2;
    public static final int INVALID_CONFIGURATION = 3;
    /** Warnings where {@code --strict} was given. */
    public static final int WARNINGS = 4;
    public static final int DAEMON_UNREACHABLE = 5;
    /** Understood, and not done: the message says why. */
    public static final int REFUSED = 6;

    private ExitCode() {
    }
}
