package io.sluice.control.config.model;

/** What is logged, and how. */
public record Log(Level level, Format format, Connections connections) {
    /** The least important record that is still written. */
    public enum Level implements Word {
        ERROR, WARN, INFO, DEBUG, TRACE
    }

    /** Shape of a record. */
    public enum Format implements Word {
        TEXT, JSON
    }

    /** Which connections leave a record when they end. */
    public enum Connections implements Word {
        OFF, ALL, ERRORS
    }

    public static final Log STANDARD = new Log(Level.INFO, Format.TEXT, Connections.OFF);
}
