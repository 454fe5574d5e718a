package io.sluice.dataplane.service;

import io.sluice.conntrack.Mode;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.PrefixSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a virtual service passes its clients' traffic on: which data plane takes it, and all that only that one needs to
 * know; immutable.
 */
public sealed interface Forwarding {
    /** Its listening sockets, opened already; none where packets are taken from an interface. */
    List<Listener> listeners();

    /** The same without a socket. */
    Forwarding withoutListeners();

    /**
     * TCP by a connection of its own to the server, between which and the client's bytes are relayed.
     *
     * @param connecting how servers are connected to
     * @param waiting what becomes of clients while all servers are full
     * @param proxyHeader the PROXY protocol, accepted and sent
     * @param tls how clients encrypt; null: they do not, or it is not taken off here
     */
    record TcpProxy(List<Listener> listeners, Connecting connecting, Timeouts timeouts, Waiting waiting,
            ProxyHeader proxyHeader, @Nullable Encryption tls) implements Forwarding {
        public TcpProxy {
            listeners = List.copyOf(listeners);
        }

        @Override
        public TcpProxy withoutListeners() {
            return new TcpProxy(List.of(), connecting, timeouts, waiting, proxyHeader, tls);
        }

        /** Limits in time, nanoseconds. */
        public record Timeouts(long connectNs, long idleNs, long halfClosedNs) {
        }

        /**
         * What becomes of clients while no server that would take them has a place.
         *
         * @param allowed whether they wait; else they are refused
         * @param length how many may wait at a time, with all workers; 0: no limit
         * @param timeoutNs how long one may wait, nanoseconds
         */
        public record Waiting(boolean allowed, int length, long timeoutNs) {
        }
    }

    /**
     * UDP by sessions: a socket towards the server for each client, whose answers it takes.
     *
     * @param connecting how servers are reached
     * @param timeoutNs a session that is silent for so long has ended, nanoseconds
     * @param responses answers for each datagram after which a session ends; 0: none is expected, it is over when its
     *        datagram is passed on; {@link #ANY_NUMBER}: its timeout alone ends it
     * @param proxyHeader whether each datagram begins with a PROXY header (version 2)
     */
    record UdpSessions(List<Listener> listeners, Connecting connecting, long timeoutNs, int responses,
            boolean proxyHeader) implements Forwarding {
        /** {@link #responses}: nobody knows how many come. */
        public static final int ANY_NUMBER = -1;

        public UdpSessions {
            listeners = List.copyOf(listeners);
        }

        @Override
        public UdpSessions withoutListeners() {
            return new UdpSessions(List.of(), connecting, timeoutNs, responses, proxyHeader);
        }
    }

    /**
     * TCP or UDP packet by packet, without a socket: headers are rewritten, connections stay the client's.
     *
     * @param mode what of a packet is rewritten; not {@link Mode#PROXY}, which knows no packets
     * @param engine what moves the packets
     */
    record Packets(Mode mode, Engine engine) implements Forwarding {
        public Packets {
            if (mode == Mode.PROXY) {
                throw new IllegalArgumentException("mode proxy relays connections, not packets");
            }
        }

        @Override
        public List<Listener> listeners() {
            return List.of();
        }

        @Override
        public Packets withoutListeners() {
            return this;
        }

        /** Where packets are taken and sent. */
        public enum Engine {
            /** A program in the kernel, at tcx. */
            TC,
            /** A program in the kernel, at XDP. */
            XDP,
            /** Java, on rings that XDP fills. */
            AF_XDP
        }
    }

    /**
     * How servers are connected to.
     *
     * @param retries further servers to try before the first byte; {@link Integer#MAX_VALUE}: every one
     * @param sources local addresses to connect from, in turn; empty: the kernel's choice
     * @param transparent connect from the client's own address (TPROXY)
     */
    record Connecting(int retries, List<Ip> sources, boolean transparent) {
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
    record ProxyHeader(boolean accept, PrefixSet trusted, int sendVersion) {
        public static final ProxyHeader NONE = new ProxyHeader(false, PrefixSet.NONE, 0);
    }
}
