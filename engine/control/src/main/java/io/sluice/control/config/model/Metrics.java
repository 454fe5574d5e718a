package io.sluice.control.config.model;

import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;

/** The Prometheus endpoint. */
public record Metrics(Endpoint listen) {
    /** On the loopback interface. */
    public static final Metrics STANDARD = new Metrics(new Endpoint(Ip.parse("127.0.0.1"), 9100));
}
