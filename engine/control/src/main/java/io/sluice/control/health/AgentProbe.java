package io.sluice.control.health;

import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.health.dialogue.Conversation;
import io.sluice.control.health.dialogue.Excerpt;
import java.io.IOException;
import java.net.Socket;

/** An agent beside the server answers with a line on how it is. */
final class AgentProbe implements Probe {
    private final HealthCheck.Agent check;
    private final ProbeSocket socket;

    AgentProbe(HealthCheck.Agent check, ProbeSocket socket) {
        this.check = check;
        this.socket = socket;
    }

    @Override
    public String subject() {
        return "agent at " + socket.to();
    }

    @Override
    public Outcome run(Attempt attempt) throws IOException {
        try (Socket connected = socket.open(attempt)) {
            var agent = new Conversation(connected.getInputStream(), connected.getOutputStream(), attempt::await);
            if (check.send().size() > 0) {
                agent.say(check.send().toArray());
            }
            String line = agent.lastLine("answer of the agent");
            AgentWords words = AgentWords.of(line);
            return Outcome.said(words, Excerpt.of(line));
        }
    }
}
