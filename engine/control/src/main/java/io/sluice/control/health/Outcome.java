package io.sluice.control.health;

/**
 * What one probe found.
 *
 * @param detail in words, without the probe's subject
 */
record Outcome(Kind kind, String detail) {
    enum Kind {
        PASSED, FAILED,
        /** The probe could not be run for a reason of this host, so it says nothing of the server. */
        UNABLE
    }

    static Outcome passed(String detail) {
        return new Outcome(Kind.PASSED, detail);
    }

    static Outcome failed(String detail) {
        return new Outcome(Kind.FAILED, detail);
    }

    static Outcome unable(String detail) {
        return new Outcome(Kind.UNABLE, detail);
    }
}
