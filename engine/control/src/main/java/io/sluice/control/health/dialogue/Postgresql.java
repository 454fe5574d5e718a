package io.sluice.control.health.dialogue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A PostgreSQL answers the beginning of a session. One that asks for a password or refuses the user has answered; one
 * that starts up, shuts down or has no connection left says so and fails. Each on the probe's thread.
 *
 * <p>
 * Messages: postgresql.org/docs, "Frontend/Backend Protocol", version 3.0; error codes: appendix A of the same.
 */
public final class Postgresql implements Dialogue {
    private static final int VERSION_3_0 = 3 << 16;
    private static final int LONGEST_BYTES = 64 << 10;
    private static final int MOST_MESSAGES = 200;
    private static final byte[] TERMINATE = {'X', 0, 0, 0, 4};
    /** Invalid authorization, no such database, no right to connect to it. */
    private static final List<String> USER_REFUSED = List.of("28", "3D000", "42501");

    private final byte[] startup;
    private final String user;

    public Postgresql(String user) {
        this.user = user;
        var body = new ByteArrayOutputStream();
        for (String word : List.of("user", user, "database", "postgres", "application_name", "sluice")) {
            body.writeBytes(word.getBytes(StandardCharsets.UTF_8));
            body.write(0);
        }
        body.write(0);
        startup = ByteBuffer.allocate(8 + body.size()).putInt(8 + body.size()).putInt(VERSION_3_0)
                .put(body.toByteArray()).array();
    }

    @Override
    public String hold(Conversation server) throws IOException {
        server.say(startup);
        for (int messages = 0; messages < MOST_MESSAGES; messages++) {
            byte type = server.exactly(1, "answer to the startup message")[0];
            int length = ByteBuffer.wrap(server.exactly(4, "answer to the startup message")).getInt() - 4;
            if (length < 0 || length > LONGEST_BYTES || "RESKNZv".indexOf(type) < 0) {
                throw new ProtocolException("not PostgreSQL: " + Excerpt.of(new byte[]{type}));
            }
            byte[] body = server.exactly(length, "rest of a message");
            switch (type) {
                case 'R' -> {
                    if (length >= 4 && ByteBuffer.wrap(body).getInt() != 0) {
                        return "asks user " + user + " for a password";
                    }
                }
                case 'E' -> {
                    return refused(body);
                }
                case 'Z' -> {
                    server.say(TERMINATE);
                    return "ready for user " + user;
                }
                default -> {
                    // a setting, a notice, the key of the session
                }
            }
        }
        throw new ProtocolException("more than " + MOST_MESSAGES + " messages without an answer");
    }

    /** Good when it is the user that is refused. */
    private String refused(byte[] body) throws ProtocolException {
        String code = "";
        String text = "";
        for (String field : new String(body, StandardCharsets.UTF_8).split("\0")) {
            if (field.startsWith("C")) {
                code = field.substring(1);
            } else if (field.startsWith("M")) {
                text = field.substring(1);
            }
        }
        String said = Excerpt.of(code + ": " + text);
        if (USER_REFUSED.stream().anyMatch(code::startsWith)) {
            return "refuses user " + user + " (" + said + ")";
        }
        throw new ProtocolException(said + ", not ready for clients");
    }
}
