package io.sluice.control.health;

import org.jspecify.annotations.Nullable;

/**
 * What one probe found.
 *
 * @param detail in words, without the probe's subject
 * @param said by an agent; null: none was asked, or it gave no answer
 */
record Outcome(Kind kind, String detail, @Nullable AgentWords said) {
    enum Kind {
        PASSED, FAILED,
        /** The probe could not be run for a reason of this host, so it says nothing of the server. */
        UNABLE
    }

    static Outcome passed(String detail) {
        return new Outcome(Kind.PASSED, detail, null);
    }

    static Outcome failed(String detail) {
        return new Outcome(Kind.FAILED, detail, null);
    }

    static Outcome unable(String detail) {
        return new Outcome(Kind.UNABLE, detail, null);
    }

    /** The agent answered: whether the server is up depends on all that it has said so far. */
    static Outcome said(AgentWords words, String detail) {
        return new Outcome(Kind.PASSED, detail, words);
    }

    /** The same in the light of what it has said so far. */
    Outcome after(AgentReport report) {
        return said != null && report.down() ? new Outcome(Kind.FAILED, detail, said) : this;
    }

    /** Whether the server itself has said how it is, so that no second answer is needed. */
    boolean certain() {
        return said != null && said.up() != null;
    }
}
