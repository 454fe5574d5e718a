package io.sluice.program.admin;

import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.control.api.Control;
import io.sluice.control.api.Control.UnknownName;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.Question;
import io.sluice.control.api.Request;
import io.sluice.control.api.Status;
import io.sluice.control.config.file.Plan;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;

/** Carries requests out on the daemon's {@link Control}. Any thread. */
final class Requests {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    /** Loaded beside the start, which does not wait for the hundreds of classes behind it. */
    private static final class Reader {
        /** A field that this daemon does not know may be the one that matters: better refused than half done. */
        static final ObjectReader STRICT = Wire.json().readerFor(Request.class)
                .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    private final Control control;

    Requests(Control control) {
        this.control = control;
    }

    /**
     * Has every class loaded that an answer needs: where nothing can be opened any more, for want of descriptors or
     * because the files are gone, what was looked for in vain would never be found again.
     */
    static void prepare() {
        try {
            Request request = Reader.STRICT.readValue("{\"command\":\"status\"}");
            Answer answer = outcome(new Outcome.Done("ready", List.of()));
            LOG.debug("{}: {}: {}", request, Wire.json().writeValueAsString(answer),
                    Wire.json().writerFor(Status.class).hasPrefetchedSerializer());
        } catch (JacksonException bug) {
            LOG.error("control: no request can be answered", bug);
        }
    }

    /**
     * Answers one line.
     *
     * @param who the peer's user, for the audit
     */
    Answer answer(String line, String who) {
        Request request;
        try {
            request = Reader.STRICT.readValue(line);
        } catch (JacksonException notOurs) {
            return Answer.of(Answer.Kind.MALFORMED, "not a request of this version of sluice: "
                    + notOurs.getOriginalMessage() + "; use the same version of sluice as the daemon");
        }
        try {
            return switch (request) {
                case Command command -> outcome(control.tell(command, new Caller.LocalUser(who)));
                case Question<?> question -> value(control.ask(question));
            };
        } catch (UnknownName unknown) {
            return Answer.of(Answer.Kind.REFUSED, unknown.text());
        } catch (RuntimeException bug) {
            LOG.error("control: {} failed", request, bug);
            return Answer.of(Answer.Kind.ERROR, "the daemon failed at it; its log has the details");
        }
    }

    private static Answer value(Object value) {
        return value instanceof Outcome outcome ? outcome(outcome) : Answer.value(Wire.json().valueToTree(value));
    }

    private static Answer outcome(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done(String message, List<String> details) ->
                new Answer(Answer.Kind.DONE, message, details, null);
            case Outcome.Planned(Plan plan, List<String> warnings) ->
                new Answer(Answer.Kind.VALUE, plan.summary(), warnings,
                        Wire.json().valueToTree(plan));
            case Outcome.Refused(String message) -> Answer.of(Answer.Kind.REFUSED, message);
            case Outcome.Stale stale -> Answer.of(Answer.Kind.REFUSED, stale.message());
            case Outcome.Invalid(String message, List<String> problems) ->
                new Answer(Answer.Kind.INVALID, message, problems, null);
        };
    }
}
