package io.sluice.control.health.dialogue;

import java.io.IOException;
import java.net.ProtocolException;

/**
 * A Redis, or what speaks like one, answers PING. One that wants a password first is there as well; one that still
 * reads its data, or has lost its master, says so and fails. Each on the probe's thread.
 */
public final class Redis implements Dialogue {
    @Override
    public String hold(Conversation server) throws IOException {
        server.say("PING\r\n");
        String answer = server.line("+PONG");
        if (answer.equals("+PONG")) {
            return "PONG";
        }
        if (answer.startsWith("-NOAUTH")) {
            return "answers, and wants a password";
        }
        throw new ProtocolException(Excerpt.of(answer) + ", not +PONG");
    }
}
