package io.sluice.perftests.contender;

import java.io.IOException;
import java.util.Optional;

/** A contender under another name: the baseline, or the candidate, of a gate. */
public record Named(String name, Contender contender) implements Contender {
    @Override
    public String describe() {
        return contender.describe();
    }

    @Override
    public Optional<String> missing(Topology topology) {
        return contender.missing(topology);
    }

    @Override
    public boolean carries(Work work) {
        return contender.carries(work);
    }

    @Override
    public boolean disturbsOthers() {
        return contender.disturbsOthers();
    }

    @Override
    public Running start(Situation situation) throws IOException {
        return contender.start(situation);
    }
}
