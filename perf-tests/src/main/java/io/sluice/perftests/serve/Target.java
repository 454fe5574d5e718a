package io.sluice.perftests.serve;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** What one target server does and where it listens. `echo`, `echo=127.0.0.1:9000`, `crc=[::1]:0`. */
public record Target(Kind kind, InetSocketAddress listen) {
    /** The behaviours a target can have. */
    public enum Kind {
        SINK("sink", false, "reads and discards"),
        SOURCE("source", false, "sends as fast as it is read"),
        DUPLEX("duplex", false, "sink and source at once"),
        ECHO("echo", false, "returns what comes"),
        REQUEST_RESPONSE("rr", false, "a response for every request"),
        CONNECT_REQUEST_CLOSE("crc", false, "one response, then it closes"),
        UDP_ECHO("udp-echo", true, "returns every datagram"),
        UDP_SINK("udp-sink", true, "counts datagrams, losses and reorderings");

        public final String word;
        public final boolean datagram;
        public final String meaning;

        Kind(String word, boolean datagram, String meaning) {
            this.word = word;
            this.datagram = datagram;
            this.meaning = meaning;
        }
    }

    public static Target parse(String text) {
        int equals = text.indexOf('=');
        String word = equals < 0 ? text : text.substring(0, equals);
        Kind kind = Arrays.stream(Kind.values()).filter(one -> one.word.equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown target '" + word + "'; one of "
                                + String.join(", ", Arrays.stream(Kind.values()).map(one -> one.word).toList())));
        return new Target(kind,
                equals < 0
                        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
                        : address(text.substring(equals + 1)));
    }

    /** `IP:PORT`, `[IPv6]:PORT` or `name:PORT`. */
    public static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon > 0 && port >= 0 && port <= 65_535) {
                return new InetSocketAddress(InetAddress.getByName(text.substring(0, colon)), port);
            }
        } catch (NumberFormatException e) {
            // said below
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("'" + text.substring(0, colon) + "' is no address and no known name", e);
        }
        throw new IllegalArgumentException("'" + text + "' is not an address: IP:PORT, [IPv6]:PORT or name:PORT");
    }
}
