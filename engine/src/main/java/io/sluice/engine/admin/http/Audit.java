package io.sluice.engine.admin.http;

import io.sluice.engine.conductor.Control;
import io.sluice.engine.conductor.Event;
import io.sluice.engine.conductor.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Who changed what: an event, and with it a log line, for each change; and the change's answer. Any thread. */
final class Audit {
    private final Control control;

    Audit(Control control) {
        this.control = control;
    }

    void note(Call call, String subject, String what) {
        control.note(Event.Kind.ADMIN, subject, call.identity().user() + " from " + call.remote() + ": " + what);
    }

    /** Notes how it ended, and answers where nothing else is to be shown. */
    void answer(Call call, String subject, String what, Outcome outcome) throws IOException {
        require(call, subject, what, outcome);
        if (outcome instanceof Outcome.Done(String message, List<String> details)) {
            call.answer(200, Map.of("message", message, "details", details));
        }
    }

    /** @throws Refusal when it was not done */
    void require(Call call, String subject, String what, Outcome outcome) {
        switch (outcome) {
            case Outcome.Done _,Outcome.Planned _ -> note(call, subject, what);
            case Outcome.Refused(String message) -> {
                note(call, subject, what + ": refused: " + message);
                throw new Refusal(409, message);
            }
            case Outcome.Invalid(String message, List<String> problems) -> {
                note(call, subject, what + ": invalid: " + message);
                throw new Refusal(422, message, problems);
            }
        }
    }
}
