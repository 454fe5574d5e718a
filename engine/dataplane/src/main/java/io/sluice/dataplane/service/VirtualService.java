package io.sluice.dataplane.service;

import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.PrefixSet;
import io.sluice.scheduler.Candidates;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A virtual service as the data plane sees it; immutable.
 *
 * @param id stable identity: {@link StableId#of} of the name; the flow table's service
 * @param name the label
 * @param protocol TCP or UDP
 * @param listeners its listening sockets, opened already
 * @param servers every configured real server, the fallback last where there is one
 * @param candidates who may be chosen for a new client now
 * @param affinity how clients come back to their server
 * @param limits how many and how fast
 * @param access who may connect
 * @param timeouts in nanoseconds
 * @param connecting how servers are connected to
 * @param proxyHeader the PROXY protocol, accepted and sent
 * @param tls how clients encrypt; null: they do not, or it is not taken off here
 * @param severOnServerDown whether established connections end when their server goes down
 * @param udpResponses answers that end a UDP session; 0: timeout only
 * @param gauges what all workers count together: see {@link ServiceColumn}
 * @param counters a row per worker, written by that worker: see {@link ServiceColumn}
 * @param ends a row per worker, a column per {@link EndReason}
 * @param connectTimes a row per worker, a column per bucket of {@link ConnectTimeBuckets}
 */
public record VirtualService(long id, String name, Protocol protocol, List<Listener> listeners,
        List<RealServer> servers, Candidates candidates, AffinityRule affinity, Limits limits, AccessList access,
        Timeouts timeouts,
        Connecting connecting, ProxyHeader proxyHeader, @Nullable Encryption tls, boolean severOnServerDown,
        int udpResponses, CounterRow gauges,
        List<CounterRow> counters, List<CounterRow> ends, List<CounterRow> connectTimes) {

    /** Transport protocol. */
    public enum Protocol {
        TCP, UDP
    }

    public VirtualService {
        listeners = List.copyOf(listeners);
        servers = List.copyOf(servers);
        counters = List.copyOf(counters);
        ends = List.copyOf(ends);
        connectTimes = List.copyOf(connectTimes);
    }

    /** The same without a socket. */
    public VirtualService withoutListeners() {
        return new VirtualService(id, name, protocol, List.of(), servers, candidates, affinity, limits, access,
                timeouts,
                connecting, proxyHeader, tls, severOnServerDown, udpResponses, gauges, counters, ends, connectTimes);
    }

    /** The server of that identity, or null where the configuration no longer has it. */
    public @Nullable RealServer server(long serverId) {
        for (int i = 0; i < servers.size(); i++) {
            RealServer server = servers.get(i);
            if (server.id() == serverId) {
                return server;
            }
        }
        return null;
    }

    /** Limits in numbers; 0 is no limit. */
    public record Limits(int maxConnections, int maxConnectionsPerSource, int newPerSource, long newPerSourcePeriodNs) {
        public static final Limits NONE = new Limits(0, 0, 0, 0);
    }

    /** Limits in time, nanoseconds. */
    public record Timeouts(long connectNs, long idleNs, long halfClosedNs, long udpSessionNs) {
    }

    /**
     * How servers are connected to.
     *
     * @param retries further servers to try before the first byte
     * @param sources local addresses to connect from, in turn; empty: the kernel's choice
     * @param transparent connect from the client's own address (TPROXY)
     */
    public record Connecting(int retries, List<Ip> sources, boolean transparent) {
        public Connecting {
            sources = List.copyOf(sources);
        }
    }

    /**
     * The PROXY protocol (HAProxy's proxy-protocol.txt).
     *
     * @param accept whether clients in {@code trusted} send a header
     * @param trusted who may; others are taken as they are
     * @param sendVersion 0, 1 or 2
     */
    public record ProxyHeader(boolean accept, PrefixSet trusted, int sendVersion) {
        public static final ProxyHeader NONE = new ProxyHeader(false, PrefixSet.NONE, 0);
    }

    /** Who may connect: not in {@code deny}, and in {@code allow} unless that is empty. */
    public record AccessList(PrefixSet allow, PrefixSet deny) {
        public static final AccessList EVERYONE = new AccessList(PrefixSet.NONE, PrefixSet.NONE);

        public boolean admits(long high, long low) {
            return !deny.contains(high, low) && (allow.isEmpty() || allow.contains(high, low));
        }
    }
}
