package io.sluice.control.health.dialogue;

import java.io.IOException;
import java.net.ProtocolException;

/** A mail server greets, answers EHLO and says goodbye (RFC 5321), so that its log has no lost connection. */
public final class Smtp implements Dialogue {
    private static final int MOST_LINES = 100;

    @Override
    public String hold(Conversation server) throws IOException {
        String greeting = reply(server, "220");
        server.say("EHLO localhost\r\n");
        reply(server, "250");
        server.say("QUIT\r\n");
        reply(server, "221");
        return Excerpt.of(greeting);
    }

    /** The last line of a reply that should have this code; behind it all lines but the last have a hyphen. */
    private static String reply(Conversation server, String code) throws IOException {
        for (int lines = 0; lines < MOST_LINES; lines++) {
            String line = server.line("reply " + code);
            if (!line.matches(code + "([ -].*)?")) {
                throw new ProtocolException(Excerpt.of(line) + ", not " + code);
            }
            if (!line.startsWith(code + "-")) {
                return line;
            }
        }
        throw new ProtocolException("a reply of more than " + MOST_LINES + " lines");
    }
}
