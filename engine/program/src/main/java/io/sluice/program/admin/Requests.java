package io.sluice.program.admin;

import io.sluice.control.api.Control;
import io.sluice.control.api.Control.KickFilter;
import io.sluice.control.api.Control.UnknownName;
import io.sluice.control.api.Outcome;
import io.sluice.control.config.file.Plan;
import io.sluice.ringbuffers.ip.Ip;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;

/** Carries requests out on the conductor's {@link Control}. Any thread. */
final class Requests {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    /** Loaded with the first request: a start does not wait for the hundreds of classes behind it. */
    private static final class Reader {
        /** A field that this daemon does not know may be the one that matters: better refused than half done. */
        static final ObjectReader STRICT = Wire.json().readerFor(Request.class)
                .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    private final Control control;
    private final Upgrader upgrader;

    Requests(Control control, Upgrader upgrader) {
        this.control = control;
        this.upgrader = upgrader;
    }

    /**
     * Answers one line.
     *
     * @param who the peer's user, for the log
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
            return answer(request, who);
        } catch (UnknownName unknown) {
            return Answer.of(Answer.Kind.REFUSED, unknown.text());
        } catch (RuntimeException bug) {
            LOG.error("control: {} failed", request, bug);
            return Answer.of(Answer.Kind.ERROR, "the daemon failed at it: " + bug + "; its log has the details");
        }
    }

    private Answer answer(Request request, String who) {
        return switch (request) {
            case Request.Status() -> value(control.status());
            case Request.Explain explain -> explain(explain);
            case Request.Events events -> value(control.events(events.after()));
            case Request.Plan plan -> outcome(control.plan(plan.file() == null ? null : Path.of(plan.file())));
            case Request.Reload() -> change(request, who, control.reload());
            case Request.Administer told ->
                change(request, who, control.administer(told.service(), told.server(), told.state()));
            case Request.Weight told ->
                change(request, who, control.weight(told.service(), told.server(), told.weight()));
            case Request.Kick told -> kick(told, who);
            case Request.Upgrade told ->
                change(request, who, upgrader.upgrade(told.program(), Duration.ofMillis(told.timeoutMs())));
            case Request.Stop stop -> {
                control.stop(stop.drain());
                yield change(request, who, Outcome.done(stop.drain() ? "draining, then stopping" : "stopping"));
            }
        };
    }

    private Answer explain(Request.Explain explain) {
        return Ip.find(explain.client())
                .map(client -> value(control.explain(client, explain.port(), explain.service())))
                .orElseGet(() -> notAnAddress(explain.client()));
    }

    private Answer kick(Request.Kick told, String who) {
        Optional<Ip> client = Optional.ofNullable(told.client()).flatMap(Ip::find);
        if (told.client() != null && client.isEmpty()) {
            return notAnAddress(told.client());
        }
        return change(told, who,
                control.kick(new KickFilter(told.service(), told.server(), client.orElse(null), told.connection())));
    }

    private static Answer notAnAddress(String text) {
        return Answer.of(Answer.Kind.REFUSED,
                "'" + text + "' is not an IP address; write it like 192.0.2.7 or 2001:db8::7");
    }

    private static Answer change(Request request, String who, Outcome outcome) {
        LOG.info("control: {}: {}: {}", who, Wire.json().writerFor(Request.class).writeValueAsString(request),
                switch (outcome) {
                    case Outcome.Done _,Outcome.Planned _ -> "done";
                    case Outcome.Refused refused -> "refused: " + refused.message();
                    case Outcome.Invalid invalid -> "invalid: " + invalid.message();
                });
        return outcome(outcome);
    }

    private static Answer outcome(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done(String message, List<String> details) ->
                new Answer(Answer.Kind.DONE, message, details, null);
            case Outcome.Planned(Plan plan, List<String> warnings) ->
                new Answer(Answer.Kind.VALUE, plan.summary(), warnings,
                        Wire.json().valueToTree(plan));
            case Outcome.Refused(String message) -> Answer.of(Answer.Kind.REFUSED, message);
            case Outcome.Invalid(String message, List<String> problems) ->
                new Answer(Answer.Kind.INVALID, message, problems, null);
        };
    }

    private static Answer value(Object value) {
        return Answer.value(Wire.json().valueToTree(value));
    }
}
