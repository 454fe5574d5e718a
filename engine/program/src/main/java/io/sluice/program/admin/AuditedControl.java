package io.sluice.program.admin;

import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.control.api.Control;
import io.sluice.control.api.Event;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.Question;
import io.sluice.control.api.Request;
import io.sluice.control.config.model.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The control of a daemon, which writes down who told it what and how that ended. Any thread. */
public final class AuditedControl implements Control {
    private static final Logger LOG = LoggerFactory.getLogger(AuditedControl.class);

    private final Control here;

    public AuditedControl(Control here) {
        this.here = here;
    }

    @Override
    public Outcome tell(Command command, Caller caller) {
        Outcome outcome = here.tell(command, caller);
        switch (caller) {
            case Caller.Daemon() -> {
                // written down by whoever is behind it
            }
            case Caller.LocalUser(String user) -> LOG.info("control: {}: {}: {}", user,
                    Wire.json().writerFor(Request.class).writeValueAsString(command), ended(outcome));
            case Caller.RemoteUser user -> note(user, command, outcome);
        }
        return outcome;
    }

    private void note(Caller.RemoteUser user, Command command, Outcome outcome) {
        if (!(outcome instanceof Outcome.Stale)) { // nothing was tried
            here.note(Event.Kind.ADMIN, command.subject(), user.did(command.words() + suffix(outcome)));
        }
    }

    /** What a note of something adds about its end. */
    public static String suffix(Outcome outcome) {
        String ended = ended(outcome);
        return ended.equals(DONE) ? "" : ": " + ended;
    }

    private static final String DONE = "done";

    private static String ended(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done _,Outcome.Planned _ -> DONE;
            case Outcome.Refused refused -> "refused: " + refused.message();
            case Outcome.Stale stale -> "refused: " + stale.message();
            case Outcome.Invalid invalid -> "invalid: " + invalid.message();
        };
    }

    @Override
    public <T> T ask(Question<T> question) {
        return here.ask(question);
    }

    @Override
    public Outcome plan(Configuration next) {
        return here.plan(next);
    }

    @Override
    public void note(Event.Kind kind, String subject, String text) {
        here.note(kind, subject, text);
    }
}
