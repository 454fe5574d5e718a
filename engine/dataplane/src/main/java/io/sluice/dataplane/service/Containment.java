package io.sluice.dataplane.service;

/** What one thread of the data plane does about faults: exceptions and errors that nobody expected. That thread. */
public interface Containment {
    /** Contains a fault: counts and tells it, and ends what it was about. Throws nothing. */
    void contain(FaultKind kind, Throwable thrown, FaultScope about);

    /** The same where it is about nothing that could end. */
    void caught(FaultKind kind, Throwable thrown);
}
