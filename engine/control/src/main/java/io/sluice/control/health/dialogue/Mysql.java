package io.sluice.control.health.dialogue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * A MySQL or MariaDB greets and answers a login without password. It must come to that: a server blocks an address
 * that again and again leaves between greeting and login ({@code max_connect_errors}). One that refuses the user has
 * answered, and such a login does not count. Each on the probe's thread.
 *
 * <p>
 * Packets: dev.mysql.com/doc/dev/mysql-server, "Client/Server Protocol", version 10.
 */
public final class Mysql implements Dialogue {
    private static final int LONGEST_BYTES = 64 << 10;
    /** LONG_PASSWORD, PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH. */
    private static final int CAPABILITIES = 0x1 | 0x200 | 0x8000 | 0x80000;
    private static final int LARGEST_PACKET_BYTES = 1 << 24;
    private static final int UTF8 = 33;
    private static final String PLUGIN = "mysql_native_password";
    private static final byte[] QUIT = {1};
    private static final byte[] NO_PASSWORD = {};
    private static final byte[] NO_PASSWORD_SHA2 = {0};
    private static final int MOST_QUESTIONS = 4;
    /**
     * ER_ACCESS_DENIED_ERROR, ER_NOT_SUPPORTED_AUTH_MODE, ER_ACCESS_DENIED_NO_PASSWORD_ERROR,
     * ER_MUST_CHANGE_PASSWORD_LOGIN, ER_ACCOUNT_HAS_BEEN_LOCKED (MySQL, MariaDB).
     */
    private static final Set<Integer> USER_REFUSED = Set.of(1045, 1251, 1698, 1862, 3118, 4151);

    private final String user;

    public Mysql(String user) {
        this.user = user;
    }

    private record Packet(int sequence, byte[] payload) {
        int kind() {
            return payload.length == 0 ? -1 : payload[0] & 0xff;
        }
    }

    @Override
    public String hold(Conversation server) throws IOException {
        Packet greeting = read(server, "greeting");
        if (greeting.kind() == 0xff) {
            throw new ProtocolException(error(greeting).text() + ", not a greeting");
        }
        if (greeting.kind() != 10) {
            throw new ProtocolException("not a greeting of MySQL: " + Excerpt.of(greeting.payload()));
        }
        String version = Excerpt.of(text(greeting.payload(), 1));
        Packet answer = say(server, greeting.sequence() + 1, login());
        for (int questions = 0; questions < MOST_QUESTIONS; questions++) {
            switch (answer.kind()) {
                case 0 -> {
                    write(server, 0, QUIT);
                    return version + ", logged in as " + user;
                }
                case 0xff -> {
                    Refusal refusal = error(answer);
                    if (USER_REFUSED.contains(refusal.code())) {
                        return version + ", which refuses user " + user;
                    }
                    throw new ProtocolException(refusal.text() + ", not a login");
                }
                case 0xfe -> answer = say(server, answer.sequence() + 1,
                        text(answer.payload(), 1).contains("sha2") ? NO_PASSWORD_SHA2 : NO_PASSWORD);
                // more of the same method: it has what it wants, or wants a password after all
                case 1 -> answer = answer.payload().length > 1 && answer.payload()[1] == 3
                        ? read(server, "answer to the login")
                        : say(server, answer.sequence() + 1, NO_PASSWORD_SHA2);
                default -> throw new ProtocolException("not an answer to a login: " + Excerpt.of(answer.payload()));
            }
        }
        throw new ProtocolException("asks on and on who is there");
    }

    private byte[] login() {
        byte[] name = user.getBytes(StandardCharsets.UTF_8);
        byte[] plugin = PLUGIN.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(32 + name.length + 2 + plugin.length + 1).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(CAPABILITIES).putInt(LARGEST_PACKET_BYTES).put((byte) UTF8).position(32) // 23 zeros
                .put(name).put((byte) 0) // its end
                .put((byte) 0) // length of the proof
                .put(plugin).array();
    }

    private static Packet say(Conversation server, int sequence, byte[] payload) throws IOException {
        write(server, sequence, payload);
        return read(server, "answer to the login");
    }

    private static void write(Conversation server, int sequence, byte[] payload) {
        var packet = new ByteArrayOutputStream();
        packet.write(payload.length);
        packet.write(payload.length >> 8);
        packet.write(payload.length >> 16);
        packet.write(sequence);
        packet.writeBytes(payload);
        server.say(packet.toByteArray());
    }

    private static Packet read(Conversation server, String what) throws IOException {
        byte[] head = server.exactly(4, what);
        int length = (head[0] & 0xff) | ((head[1] & 0xff) << 8) | ((head[2] & 0xff) << 16);
        if (length > LONGEST_BYTES) {
            throw new ProtocolException("not MySQL: " + Excerpt.of(head));
        }
        return new Packet(head[3] & 0xff, server.exactly(length, what));
    }

    private record Refusal(int code, String text) {
    }

    private static Refusal error(Packet packet) throws ProtocolException {
        byte[] payload = packet.payload();
        if (payload.length < 3) {
            throw new ProtocolException("not an error of MySQL: " + Excerpt.of(payload));
        }
        int code = (payload[1] & 0xff) | ((payload[2] & 0xff) << 8);
        // behind '#' stands the five characters' SQLSTATE, once the client has said that it knows it
        int start = payload.length > 9 && payload[3] == '#' ? 9 : 3;
        return new Refusal(code, "error " + code + " (" + Excerpt.of(text(payload, start)) + ")");
    }

    /** Up to the next zero. */
    private static String text(byte[] bytes, int start) {
        int end = start;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, Math.min(start, bytes.length), end - Math.min(start, end), StandardCharsets.UTF_8);
    }
}
