package io.sluice.program.daemon;

/** The daemon cannot start; the message says what failed, on what, why and what to do. */
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1;

    StartFailure(String message) {
        super(message);
    }

    /** For the user. */
    public String text() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
