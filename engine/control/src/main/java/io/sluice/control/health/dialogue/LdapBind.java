package io.sluice.control.health.dialogue;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;

/**
 * A directory answers an anonymous bind (RFC 4511 section 4.2). One that wants to know who asks, or to be asked over
 * TLS, works as well. Each on the probe's thread.
 */
public final class LdapBind implements Dialogue {
    /** Message 1: bind request, version 3, no name, simple authentication without password. */
    private static final byte[] BIND = HexFormat.of().parseHex("300c020101600702010304008000");
    /** Message 2: unbind request. */
    private static final byte[] UNBIND = HexFormat.of().parseHex("30050201024200");
    private static final int LONGEST_BYTES = 64 << 10;
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int BIND_RESPONSE = 0x61;
    private static final int ENUMERATED = 0x0a;
    private static final int OCTET_STRING = 0x04;
    /** Results of a directory that works (RFC 4511 appendix A). */
    private static final Map<Integer, String> HEALTHY = Map.of(0, "bound", 8,
            "answers, and wants stronger authentication",
            13, "answers, and wants TLS", 48, "answers, and wants to know who asks");

    /** A value of BER (X.690) and what is left behind it. */
    private record Part(byte[] content, byte[] rest) {
    }

    @Override
    public String hold(Conversation server) throws IOException {
        server.say(BIND);
        byte[] message = message(server);
        Part response = part(part(message, INTEGER).rest, BIND_RESPONSE);
        Part result = part(response.content, ENUMERATED);
        int code = result.content.length == 1 ? result.content[0] : -1;
        String healthy = HEALTHY.get(code);
        if (healthy == null) {
            Part matched = part(result.rest, OCTET_STRING);
            String why = new String(part(matched.rest, OCTET_STRING).content, StandardCharsets.UTF_8);
            throw new ProtocolException("result " + code + (why.isEmpty() ? "" : " (" + Excerpt.of(why) + ")")
                    + ", not 0 (success)");
        }
        server.say(UNBIND);
        return healthy;
    }

    private static byte[] message(Conversation server) throws IOException {
        String what = "bind response";
        byte[] head = server.exactly(2, what);
        if ((head[0] & 0xff) != SEQUENCE) {
            throw nonsense(head);
        }
        int length = head[1] & 0xff;
        if (length >= 0x80) {
            int octets = length & 0x7f;
            if (octets < 1 || octets > 4) {
                throw nonsense(head);
            }
            length = 0;
            for (byte next : server.exactly(octets, what)) {
                length = (length << 8) | (next & 0xff);
            }
        }
        if (length < 0 || length > LONGEST_BYTES) {
            throw nonsense(head);
        }
        return server.exactly(length, what);
    }

    private static Part part(byte[] bytes, int tag) throws ProtocolException {
        if (bytes.length < 2 || (bytes[0] & 0xff) != tag) {
            throw nonsense(bytes);
        }
        int length = bytes[1] & 0xff;
        int start = 2;
        if (length >= 0x80) {
            int octets = length & 0x7f;
            if (octets < 1 || octets > 3 || bytes.length < start + octets) {
                throw nonsense(bytes);
            }
            length = 0;
            for (int i = 0; i < octets; i++) {
                length = (length << 8) | (bytes[start++] & 0xff);
            }
        }
        if (length > bytes.length - start) {
            throw nonsense(bytes);
        }
        return new Part(Arrays.copyOfRange(bytes, start, start + length),
                Arrays.copyOfRange(bytes, start + length, bytes.length));
    }

    private static ProtocolException nonsense(byte[] said) {
        return new ProtocolException("not LDAP: " + Excerpt.of(said));
    }
}
