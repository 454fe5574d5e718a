package io.sluice.control.config.model;

import io.sluice.conntrack.Mode;
import io.sluice.conntrack.Protocol;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.IpRange;
import io.sluice.ringbuffers.ip.Prefix;
import io.sluice.scheduler.SchedulerKind;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A virtual service; known outside by (address, protocol, port), inside by its name.
 *
 * @param fallback served when no server is up; null: connections are refused
 * @param maxConnections 0: no limit
 * @param queue of clients for whom no server has a place
 * @param maxConnectionsPerSource 0: no limit
 * @param connectionRatePerSource new connections of one client address; null: no limit
 * @param allow who may connect; empty: everyone
 * @param deny who may not, checked before {@code allow}
 * @param retries further servers to try when a connection cannot be established, or {@link #EVERY_SERVER}
 * @param slowStart time in which a server that came up grows to its full weight; zero: off
 * @param sourceAddress local addresses to connect from (the SNAT pool); empty: the kernel's choice
 * @param transparent whether servers see the client's address (TPROXY)
 * @param tls terminates TLS; null: bytes pass through
 * @param networkInterface where packet modes work and the virtual address lives; null: not given
 * @param udpResponses answers to each datagram that end a UDP session; 0: none is expected; {@link #ANY_NUMBER}: it
 *        ends by timeout only
 */
public record ServiceConfiguration(String name, List<Listen> listens, Protocol protocol, Mode mode,
        SchedulerKind scheduler, Affinity affinity, HealthCheck healthCheck, List<ServerConfiguration> servers,
        @Nullable Endpoint fallback, int maxConnections, QueueLimits queue, WhenFull whenFull,
        int maxConnectionsPerSource, @Nullable Rate connectionRatePerSource, List<Prefix> allow, List<Prefix> deny,
        Timeouts timeouts, int retries, Duration slowStart, List<IpRange> sourceAddress, boolean transparent,
        ProxyProtocol proxyProtocol,
        @Nullable TlsIdentity tls, @Nullable String networkInterface, OnServerDown onServerDown, int udpResponses) {
    /** {@link #retries}: as long as there is one that was not tried. */
    public static final int EVERY_SERVER = Integer.MAX_VALUE;

    /** {@link #udpResponses}: nobody knows how many come. */
    public static final int ANY_NUMBER = -1;

    /** What happens to established connections and sessions when their real server goes down. */
    public enum OnServerDown implements Word {
        /** Closed at once (TCP: reset; UDP: moved to another server). */
        RESET,
        /** Left alone until an end closes or a timeout fires. */
        KEEP
    }

    /** What happens to a new client while every server that would take it is at its maximum of connections. */
    public enum WhenFull implements Word {
        /** It waits. */
        QUEUE,
        /** A backup server or the fallback serves it; where those are full too it waits. */
        BACKUP,
        /** It is refused at once. */
        REFUSE
    }

    public ServiceConfiguration {
        listens = List.copyOf(listens);
        servers = List.copyOf(servers);
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
        sourceAddress = List.copyOf(sourceAddress);
    }

    /** Whether packets are rewritten rather than sockets used: every mode but proxy, and UDP's snat. */
    public boolean packetLevel() {
        return mode != Mode.PROXY && !(protocol == Protocol.UDP && mode == Mode.SNAT);
    }

    /** What tells it from every other virtual service: {@code tcp 10.0.0.1:80}. */
    public String identity() {
        var text = new StringBuilder(protocol.word());
        for (Listen listen : listens) {
            text.append(text.length() == 3 ? " " : ", ").append(listen);
        }
        return text.toString();
    }
}
