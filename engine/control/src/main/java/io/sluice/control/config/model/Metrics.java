package io.sluice.control.config.model;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The Prometheus endpoint. */
public record Metrics(InetSocketAddress listen) {
    /** On the loopback interface. */
    public static final Metrics STANDARD = new Metrics(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9100));
}
