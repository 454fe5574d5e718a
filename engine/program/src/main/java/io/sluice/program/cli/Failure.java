package io.sluice.program.cli;

import io.sluice.program.build.ExitCode;

/** Ends a command with a message for the user (what failed, on what, why, what to do next) and an exit code. */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    public Failure(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    public static Failure usage(String message) {
        return new Failure(ExitCode.USAGE, message);
    }

    public static Failure unreachable(String message) {
        return new Failure(ExitCode.DAEMON_UNREACHABLE, message);
    }

    public static Failure refused(String message) {
        return new Failure(ExitCode.REFUSED, message);
    }

    /** One of {@link ExitCode}. */
    public int exitCode() {
        return exitCode;
    }

    /** The message alone; callers print it without a class name. */
    public String text() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
