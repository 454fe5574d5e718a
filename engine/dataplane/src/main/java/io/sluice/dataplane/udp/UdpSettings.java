package io.sluice.dataplane.udp;

/**
 * Bounds of one worker's UDP; fixed for the life of the daemon.
 *
 * @param maxSessions sessions at a time; at the limit the oldest idle one gives way
 * @param maxSockets sockets towards servers at a time; each carries one session per server
 * @param heapBytes of the heap, by estimate, that sessions and sockets may take
 */
public record UdpSettings(int maxSessions, int maxSockets, long heapBytes) {
}
