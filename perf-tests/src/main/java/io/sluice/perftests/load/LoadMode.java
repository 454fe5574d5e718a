package io.sluice.perftests.load;

import java.util.Arrays;

/** What kind of traffic a run makes, and what one operation of it is. */
public enum LoadMode {
    BULK("bulk", false, "bytes as fast as the target takes them; the figure is bytes per second"),
    REQUEST_RESPONSE("rr", false, "a request and its response on connections that stay open"),
    CONNECT_REQUEST_CLOSE("crc", false, "connect, one request, its response, close"),
    IDLE("idle", false, "connections that are opened and then only held"),
    UDP_REQUEST_RESPONSE("udp-rr", true, "a datagram and its answer, from sockets that stay open"),
    UDP_NEW_SESSION("udp-new", true, "a datagram and its answer, each from a new source port"),
    UDP_SEND("udp-send", true, "datagrams one way; loss is counted by the target (--target-stats)");

    public final String word;
    public final boolean datagram;
    public final String meaning;

    LoadMode(String word, boolean datagram, String meaning) {
        this.word = word;
        this.datagram = datagram;
        this.meaning = meaning;
    }

    static LoadMode of(String word) {
        return Arrays.stream(values()).filter(mode -> mode.word.equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown mode '" + word + "'; one of "
                                + String.join(", ", Arrays.stream(values()).map(mode -> mode.word).toList())));
    }

    @Override
    public String toString() {
        return word;
    }
}
