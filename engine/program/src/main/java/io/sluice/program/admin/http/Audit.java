package io.sluice.program.admin.http;

import io.sluice.control.api.Control;
import io.sluice.control.api.Event;
import io.sluice.control.api.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Who changed what: an event, and with it a log line, for each change; and the change's answer. Any thread. */
final class Audit {
    private final Control control;

    Audit(Control control) {
        this.control = control;
    }

    void note(ApiRequest call, String subject, String what) {
        control.note(Event.Kind.ADMIN, subject, call.identity().user() + " from " + call.remote() + ": " + what);
    }

    /** Notes how it ended, and answers where nothing else is to be shown. */
    void answer(ApiRequest call, String subject, String what, Outcome outcome) throws IOException {
        require(call, subject, what, outcome);
        if (outcome instanceof Outcome.Done(String message, List<String> details)) {
            call.answer(200, Map.of("message", message, "details", details));
        }
    }

    /** @throws ApiError when it was not done */
    void require(ApiRequest call, String subject, String what, Outcome outcome) {
        switch (outcome) {
            case Outcome.Done _,Outcome.Planned _ -> note(call, subject, what);
            case Outcome.Refused(String message) -> {
                note(call, subject, what + ": refused: " + message);
                throw new ApiError(409, message);
            }
            case Outcome.Invalid(String message, List<String> problems) -> {
                note(call, subject, what + ": invalid: " + message);
                throw new ApiError(422, message, problems);
            }
        }
    }
}
