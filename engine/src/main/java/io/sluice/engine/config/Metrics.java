package io.sluice.engine.config;

import java.net.InetSocketAddress;

/**
 * The Prometheus endpoint.
 *
 * @param stated whether the file names {@code listen}: if not, a port that is taken is a warning, not an error
 */
public record Metrics(InetSocketAddress listen, boolean stated) {
}
