package io.sluice.control.conductor;

import io.sluice.control.api.DataPlane;
import io.sluice.control.api.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Answers that are given when every thread of every data plane works by the Routes they speak of, so that whoever
 * drains a server and then connects does not meet it. Conductor's thread.
 */
final class Acknowledgements {
    /** How often it is looked; workers answer within a duty cycle. */
    static final long PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(1);
    /** A worker that takes longer is stuck; the answer is given all the same. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(2);

    private final DataPlane dataPlane;
    private final List<Answer> answers = new ArrayList<>();

    private record Answer(CompletableFuture<Outcome> future, Outcome outcome, long version, long deadlineNs) {
    }

    Acknowledgements(DataPlane dataPlane) {
        this.dataPlane = dataPlane;
    }

    boolean isEmpty() {
        return answers.isEmpty();
    }

    void add(CompletableFuture<Outcome> future, Outcome outcome, long version, long nowNs) {
        answers.add(new Answer(future, outcome, version, nowNs + PATIENCE_NS));
    }

    /** Gives the answers that are due. */
    void look(long nowNs) {
        if (answers.isEmpty()) {
            return;
        }
        long acknowledged = dataPlane.acknowledgedVersion();
        answers.removeIf(answer -> {
            boolean inForce = acknowledged >= answer.version();
            if (inForce) {
                answer.future().complete(answer.outcome());
            } else if (nowNs - answer.deadlineNs() >= 0) {
                answer.future().complete(late(answer.outcome()));
            } else {
                return false;
            }
            return true;
        });
    }

    private static Outcome late(Outcome outcome) {
        if (outcome instanceof Outcome.Done done) {
            List<String> details = new ArrayList<>(done.details());
            details.add("a worker is busy and has not taken it over yet");
            return new Outcome.Done(done.message(), details);
        }
        return outcome;
    }
}
