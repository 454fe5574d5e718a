package io.sluice.control.conductor;

import io.sluice.control.api.ConfigurationSource.Reading;
import io.sluice.control.api.Event;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.Status;
import io.sluice.control.conductor.state.CannotApply;
import io.sluice.control.conductor.state.Model;
import io.sluice.control.conductor.state.Unsupported;
import io.sluice.control.config.file.Plan;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.health.CheckTarget;
import io.sluice.control.health.HealthChecks;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts configurations in force, one after another. Conductor's thread. */
final class Configurations {
    private final Conductor.Setup setup;
    private final Model model;
    private final HealthChecks checks;
    private final EventLog events;
    private @Nullable Configuration startedWith;
    private @Nullable Configuration inForce;
    private Status.ConfigurationStatus status;

    Configurations(Conductor.Setup setup, Model model, HealthChecks checks, EventLog events) {
        this.setup = setup;
        this.model = model;
        this.checks = checks;
        this.events = events;
        status = new Status.ConfigurationStatus(0, setup.file().toString(), Instant.now());
    }

    Status.ConfigurationStatus status() {
        return status;
    }

    /** The first one. */
    Outcome begin(Configuration first, Publication publication) {
        Outcome outcome = follow(first, List.of(), publication);
        if (outcome instanceof Outcome.Done) {
            startedWith = first;
        }
        return outcome;
    }

    /** What is in force already, with sockets of its own again. */
    Outcome again(Publication publication) {
        Configuration now = inForce;
        return now == null ? new Outcome.Refused("nothing is in force") : follow(now, List.of(), publication);
    }

    /** What the file says now. */
    Outcome reload(Publication publication) {
        return switch (setup.source().read(setup.file())) {
            case Reading.Invalid invalid -> {
                events.warn(Event.Kind.CONFIGURATION, "",
                        "reload refused: " + setup.file() + (invalid.problems().size() == 1
                                ? " has a problem: "
                                : " has " + invalid.problems().size() + " problems, the first: ")
                                + invalid.problems().getFirst());
                yield new Outcome.Invalid(setup.file() + " has problems; nothing was changed", invalid.problems());
            }
            case Reading.Valid valid -> {
                Outcome outcome = follow(valid.configuration(), details(valid), publication);
                switch (outcome) {
                    case Outcome.Done done -> events.info(Event.Kind.CONFIGURATION, "", done.message());
                    case Outcome.Refused refused ->
                        events.warn(Event.Kind.CONFIGURATION, "", "reload refused: " + refused.message());
                    // was read already
                    case Outcome.Invalid _,Outcome.Planned _,Outcome.Stale _ -> throw new AssertionError(outcome);
                }
                yield outcome;
            }
        };
    }

    /** What a reload of that file would change. */
    Outcome plan(Path file) {
        return switch (setup.source().read(file)) {
            case Reading.Invalid invalid -> new Outcome.Invalid(file + " has problems", invalid.problems());
            case Reading.Valid valid -> new Outcome.Planned(planned(valid.configuration()), valid.warnings());
        };
    }

    /** What putting this in force would change. */
    Outcome plan(Configuration next) {
        return new Outcome.Planned(planned(next), List.of());
    }

    /**
     * Against services and log in force, and against everything else as it was at the start: that waits for a restart.
     */
    private Plan planned(Configuration next) {
        Configuration now = inForce;
        Configuration first = startedWith;
        return now == null || first == null
                ? Plan.fromNothing(next)
                : Plan.between(first.withServices(now.services()).withLog(now.log()), next);
    }

    /** What changes, what waits for a restart, and warnings about the file. */
    private List<String> details(Reading.Valid valid) {
        Configuration next = valid.configuration();
        List<String> details = new ArrayList<>();
        planned(next).lines().forEach(line -> details.add(line.toString()));
        details.addAll(valid.warnings());
        return details;
    }

    private Outcome follow(Configuration next, List<String> details, Publication publication) {
        try {
            model.follow(next, publication.nextVersion(), System.nanoTime());
        } catch (CannotApply e) {
            return new Outcome.Refused(e.text() + (inForce == null ? "" : "; nothing was changed"));
        }
        Configuration former = inForce;
        String summary = former == null ? "" : ": " + planned(next).summary();
        boolean same = former != null && Plan.between(former, next).isEmpty();
        inForce = next;
        if (!same) {
            status = new Status.ConfigurationStatus(status.version() + 1, status.file(), Instant.now());
            Unsupported.unheeded(next).forEach(text -> events.warn(Event.Kind.CONFIGURATION, "", text));
        }
        setup.onConfiguration().accept(next);
        checks.apply(targets(next));
        publication.changed(); // certificates may be new
        return new Outcome.Done(
                same ? unchanged(next) : "configuration version " + status.version() + " is in force" + summary,
                details);
    }

    private String unchanged(Configuration next) {
        List<String> waiting = planned(next).needRestart();
        boolean encrypts = next.services().stream().anyMatch(service -> service.tls() != null
                || service.servers().stream().anyMatch(server -> server.tls() != null));
        return "nothing changed: configuration version " + status.version() + " stays in force"
                + (encrypts ? "; certificates were read again" : "")
                + (waiting.isEmpty() ? "" : "; needs a restart for: " + String.join(", ", waiting));
    }

    /**
     * Counts on from the process before this one.
     *
     * @param same whether that one had the same in force
     */
    void succeed(Status.ConfigurationStatus former, boolean same) {
        status = new Status.ConfigurationStatus(same ? former.version() : former.version() + 1, status.file(),
                same ? former.loaded() : status.loaded());
    }

    private static List<CheckTarget> targets(Configuration configuration) {
        List<CheckTarget> targets = new ArrayList<>();
        for (ServiceConfiguration service : configuration.services()) {
            for (ServerConfiguration server : service.servers()) {
                targets.add(CheckTarget.of(service, server));
            }
        }
        return targets;
    }
}
