package io.sluice.tuning.profile;

import io.sluice.tuning.facts.LiveHost;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A program that the tests start inside a network namespace: {@code apply|undo STATE-DIRECTORY PROFILE ID,...}. */
final class NamespaceTuner {
    private NamespaceTuner() {
    }

    public static void main(String[] arguments) throws Exception {
        LiveHost host = new LiveHost(Path.of("/"));
        Tuner tuner = new Tuner(host, new HostWriter(Path.of("/")), Path.of(arguments[1]));
        List<ProfileOutcome> outcomes = arguments[0].equals("undo")
                ? tuner.undo()
                : tuner.apply(Profile.named(arguments[2]).orElseThrow().plan(host, Set.of(arguments[3].split(",")),
                        Set.of(3389, 9443, 9444)));
        for (ProfileOutcome outcome : outcomes) {
            System.out.println(outcome.result() + " " + outcome.target() + ": " + outcome.before() + " -> " + outcome
                    .after() + (outcome.detail().isEmpty() ? "" : " (" + outcome.detail() + ")"));
        }
    }
}
