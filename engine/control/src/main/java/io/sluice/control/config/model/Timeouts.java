package io.sluice.control.config.model;

import java.time.Duration;

/**
 * Limits in time of one service.
 *
 * @param connect to establish a connection to a real server
 * @param idle without a byte in either direction
 * @param halfClosed without a byte after one end closed its direction
 * @param drain that removed or drained servers, and a stopping daemon, wait for established connections
 * @param udpSession without a datagram in either direction
 */
public record Timeouts(Duration connect, Duration idle, Duration halfClosed, Duration drain, Duration udpSession) {
    public static final Timeouts STANDARD = new Timeouts(Duration.ofSeconds(5), Duration.ofHours(1),
            Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofMinutes(1));
}
