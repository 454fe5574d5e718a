package io.sluice.control.config.model;

import io.sluice.ringbuffers.ip.Prefix;
import java.util.List;

/**
 * The PROXY protocol of HAProxy, which carries the client's address in front of the first byte.
 *
 * @param accept whether clients in {@code trusted} send a header
 * @param send what real servers are sent
 * @param trusted who may send a header
 */
public record ProxyProtocol(boolean accept, Send send, List<Prefix> trusted) {
    /** Version of the header that real servers get. */
    public enum Send implements Word {
        NONE, V1, V2
    }

    public static final ProxyProtocol NONE = new ProxyProtocol(false, Send.NONE, List.of());

    public ProxyProtocol {
        trusted = List.copyOf(trusted);
    }
}
