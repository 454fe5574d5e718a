package io.sluice.control.config.model;

import io.sluice.ringbuffers.ip.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * A real server of one virtual service.
 *
 * @param name unique within its service
 * @param address port 0 means the port that the client came to
 * @param weight share of the work, 0..65535; 0 takes no new clients
 * @param minConnections a server that reached its maximum takes new clients again below this; 0: as soon as it is
 * below its maximum
 * @param maxConnections 0: no limit
 * @param backup only used when no other server is up
 * @param tls null: plain
 */
public record ServerConfiguration(String name, Endpoint address, int weight, int minConnections,
        int maxConnections, boolean backup, @Nullable ServerTls tls) {
    public static final int STANDARD_WEIGHT = 100;

    /** Where a client that came to this port of the virtual service is sent. */
    public Endpoint target(int listenPort) {
        return address.port() != 0 ? address : new Endpoint(address.address(), listenPort);
    }
}
