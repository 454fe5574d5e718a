package io.sluice.engine.udp;

/**
 * Bounds of one worker's UDP; fixed for the life of the daemon.
 *
 * @param maxSessions sessions at a time, each with a socket of its own; at the limit the oldest idle one gives way
 */
public record UdpSettings(int maxSessions) {
}
