package io.sluice.program.admin;

import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.control.api.Control;
import io.sluice.control.api.Event;
import io.sluice.control.api.Explanation;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.Question;
import io.sluice.control.api.Status;
import io.sluice.control.config.model.Configuration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A conductor that only remembers what it was told, to test the way to it. */
final class ScriptedControl implements Control {
    final List<String> told = new CopyOnWriteArrayList<>();
    volatile Outcome next = Outcome.done("ok");
    volatile Runnable before = () -> {
    };

    @Override
    public Outcome tell(Command command, Caller caller) {
        return tell(switch (command) {
            case Command.Administer it -> it.state().word() + " " + it.service() + "/" + it.server();
            case Command.Weight it -> "weight " + it.service() + "/" + it.server() + " " + it.weight();
            case Command.Change it -> it.toString();
            case Command.Kick it -> "kick " + it;
            case Command.Reload it -> "reload";
            case Command.Upgrade it -> it.toString();
            case Command.Stop(boolean drain) -> "stop " + drain;
        });
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T ask(Question<T> question) {
        return (T) switch (question) {
            case Question.InForce() -> status();
            case Question.Planned(String file) -> tell("plan " + file);
            case Question.Explained asked -> explain(asked);
            case Question.Happened(long after) ->
                List.of(new Event(after + 1, Instant.EPOCH, Event.Kind.STARTED, "", "started"));
        };
    }

    @Override
    public Status status() {
        before.run();
        return new Status("1.0", 42, Instant.EPOCH, Instant.EPOCH, "epoll", 2,
                new Status.ConfigurationStatus(7, "/etc/sluice/sluice.yaml", Instant.EPOCH), null, List.of(),
                List.of());
    }

    @Override
    public Outcome plan(Configuration next) {
        return tell("plan");
    }

    private static Explanation explain(Question.Explained asked) {
        String client = asked.address().toString();
        if (asked.service().equals("wbe")) {
            throw new UnknownName("no service 'wbe'; did you mean 'web'?");
        }
        return new Explanation(client, asked.service(), "a", "10.0.0.1:80", Explanation.Because.SCHEDULER, null,
                List.of("no affinity"), "another");
    }

    @Override
    public void note(Event.Kind kind, String subject, String text) {
        told.add("note " + subject + " " + text);
    }

    private Outcome tell(String what) {
        before.run();
        told.add(what);
        return next;
    }
}
