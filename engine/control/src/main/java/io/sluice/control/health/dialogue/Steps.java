package io.sluice.control.health.dialogue;

import io.sluice.control.config.model.Bytes;
import io.sluice.control.config.model.HealthCheck.Tcp.Step;
import java.io.IOException;
import java.util.List;

/** What the configuration writes down step by step. Each on the probe's thread. */
public final class Steps implements Dialogue {
    private final List<Step> steps;

    public Steps(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    @Override
    public String hold(Conversation server) throws IOException {
        String last = "said all";
        for (Step step : steps) {
            Bytes send = step.send();
            if (send != null) {
                server.say(send.toArray());
            }
            if (!step.expect().isEmpty()) {
                last = "answered " + Excerpt.of(server.until(step.expect().stream().map(Bytes::toArray).toList()));
            }
        }
        server.saidAll();
        return last;
    }
}
