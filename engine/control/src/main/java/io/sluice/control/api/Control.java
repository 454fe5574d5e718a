package io.sluice.control.api;

import io.sluice.control.config.model.Configuration;
import java.util.List;

/**
 * Everything a running daemon can be asked or told: what the control socket, the admin API and the signals use. Any
 * thread may call; a call waits until the conductor has done it.
 */
public interface Control {
    /**
     * Carries a command out. Names that nothing has are answered with {@link Outcome.Refused} and the nearest known
     * name.
     *
     * @param caller who says so, for the audit
     */
    Outcome tell(Command command, Caller caller);

    /**
     * Answers a question.
     *
     * @throws UnknownName when nothing has a name in it
     */
    <T> T ask(Question<T> question);

    /** What putting this in force would change, changing nothing: {@link Outcome.Planned}. */
    Outcome plan(Configuration next);

    /**
     * Notes in the events what somebody did that is no command, for the audit.
     *
     * @param subject {@code SERVICE}, {@code SERVICE/SERVER}, or empty for the daemon
     */
    void note(Event.Kind kind, String subject, String text);

    /** What is in force now. */
    default Status status() {
        return ask(new Question.InForce());
    }

    /**
     * The last events, oldest first, that are younger than the given {@link Event#sequence}; 0 for all that are kept.
     */
    default List<Event> events(long afterSequence) {
        return ask(new Question.Happened(afterSequence));
    }

    /** A name or an address that nothing has or can have; the message says which is nearest, or how it is written. */
    final class UnknownName extends RuntimeException {
        private static final long serialVersionUID = 1;

        public UnknownName(String message) {
            super(message, null, false, false);
        }

        /** The message alone. */
        public String text() {
            String message = getMessage();
            return message == null ? "" : message;
        }
    }
}
