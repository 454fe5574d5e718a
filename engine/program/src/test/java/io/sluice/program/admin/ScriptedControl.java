package io.sluice.program.admin;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Control;
import io.sluice.control.api.Event;
import io.sluice.control.api.Explanation;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.Status;
import io.sluice.control.config.model.Configuration;
import io.sluice.ringbuffers.ip.Ip;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A conductor that only remembers what it was told, to test the way to it. */
final class ScriptedControl implements Control {
    final List<String> told = new CopyOnWriteArrayList<>();
    volatile Outcome next = Outcome.done("ok");
    volatile Runnable before = () -> {
    };

    @Override
    public Status status() {
        before.run();
        return new Status("1.0", 42, Instant.EPOCH, Instant.EPOCH, "epoll", 2,
                new Status.ConfigurationStatus(7, "/etc/sluice/sluice.yaml", Instant.EPOCH), null, List.of());
    }

    @Override
    public Outcome reload() {
        return tell("reload");
    }

    @Override
    public Outcome plan(@Nullable Path file) {
        return tell("plan " + file);
    }

    @Override
    public Outcome administer(String service, String server, AdminState state) {
        return tell(state.word() + " " + service + "/" + server);
    }

    @Override
    public Outcome weight(String service, String server, @Nullable Integer weight) {
        return tell("weight " + service + "/" + server + " " + weight);
    }

    @Override
    public Outcome plan(Configuration next) {
        return tell("plan");
    }

    @Override
    public Outcome change(String service, String server, ServerChange change, Predicate<Status.ServerStatus> asSeen) {
        return tell(change + " " + service + "/" + server);
    }

    @Override
    public Outcome kick(KickFilter filter) {
        return tell("kick " + filter);
    }

    @Override
    public Explanation explain(Ip client, int port, String service) {
        if (service.equals("wbe")) {
            throw new UnknownName("no service 'wbe'; did you mean 'web'?");
        }
        return new Explanation(client.toString(), service, "a", "10.0.0.1:80", Explanation.Because.SCHEDULER,
                null,
                List.of("no affinity"), "another");
    }

    @Override
    public List<Event> events(long afterSequence) {
        return List.of(new Event(afterSequence + 1, Instant.EPOCH, Event.Kind.STARTED, "", "started"));
    }

    @Override
    public void note(Event.Kind kind, String subject, String text) {
        told.add("note " + subject + " " + text);
    }

    @Override
    public void stop(boolean drain) {
        tell("stop " + drain);
    }

    private Outcome tell(String what) {
        before.run();
        told.add(what);
        return next;
    }
}
