package io.sluice.program.admin.http;

import io.sluice.control.api.Control;
import io.sluice.control.api.Event;
import io.sluice.control.api.Outcome;
import io.sluice.program.admin.AuditedControl;

/** Who changed what that is no command: an event, and with it a log line, for each change. Any thread. */
final class Audit {
    private final Control control;

    Audit(Control control) {
        this.control = control;
    }

    void note(ApiRequest call, String what) {
        control.note(Event.Kind.ADMIN, "", call.caller().did(what));
    }

    /**
     * Notes how it ended.
     *
     * @throws ApiError when it was not done
     */
    void require(ApiRequest call, String what, Outcome outcome) {
        note(call, what + AuditedControl.suffix(outcome));
        ApiRequest.require(outcome);
    }
}
