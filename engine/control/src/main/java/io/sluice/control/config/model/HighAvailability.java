package io.sluice.control.config.model;

import io.sluice.ringbuffers.ip.Ip;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A pair: two nodes of which one owns the virtual addresses.
 *
 * @param node this node's name
 * @param address this node's own address towards the peer
 * @param networkInterface where the virtual addresses live, unless a service names its own; null: not given
 * @param secretFile authenticates and encrypts heartbeats and replication
 * @param replicationPort TCP
 */
public record HighAvailability(String node, Peer peer, Ip address, Role role,
        @Nullable String networkInterface, Path secretFile, Heartbeat heartbeat, int replicationPort,
        Failback failback) {
    /** The other node. */
    public record Peer(String name, Ip address) {
    }

    /** Which node is active when both are well. */
    public enum Role implements Word {
        PRIMARY, SECONDARY
    }

    /**
     * @param port UDP
     * @param interval between two heartbeats
     * @param deadAfter silence after which the peer counts as dead
     */
    public record Heartbeat(int port, Duration interval, Duration deadAfter) {
        public static final Heartbeat STANDARD = new Heartbeat(6694, Duration.ofMillis(200), Duration.ofSeconds(1));
    }

    /** When a primary that came back takes over again. */
    public enum Failback implements Word {
        WHEN_SYNCHRONISED, MANUAL
    }

    public static final int STANDARD_REPLICATION_PORT = 7778;
}
