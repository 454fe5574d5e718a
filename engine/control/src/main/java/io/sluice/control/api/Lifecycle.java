package io.sluice.control.api;

/** The process that a conductor works in, which ends or gives way to another one. Any thread may call. */
public interface Lifecycle {
    /** See {@link Command.Stop}; returns at once. */
    void stop(boolean drain);

    /** See {@link Command.Upgrade}; returns when it is done or has failed. */
    Outcome upgrade(Command.Upgrade command);
}
