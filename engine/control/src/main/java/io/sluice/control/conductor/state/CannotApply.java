package io.sluice.control.conductor.state;

/** A valid configuration that this host or this version cannot put in force; nothing was changed. */
public final class CannotApply extends Exception {
    private static final long serialVersionUID = 1;

    public CannotApply(String message) {
        super(message);
    }

    /** What failed, on what, why and what to do. */
    public String text() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
