package io.sluice.dataplane.relay;

import io.sluice.dataplane.proxyprotocol.ProxyHeaderParser;
import io.sluice.dataplane.proxyprotocol.ProxyHeaderWriter;
import io.sluice.dataplane.proxyprotocol.ReceivedHeader;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;

/** Takes the PROXY header off a client's stream and puts one in front of a server's; one worker's thread. */
final class ProxyHeaders {
    private final ProxyHeaderParser parser = new ProxyHeaderParser();
    private final SocketAddress local = new SocketAddress();
    private final CopyBuffers buffers;

    ProxyHeaders(CopyBuffers buffers) {
        this.buffers = buffers;
    }

    /**
     * Looks for the header at the start of the client's stream; when it is whole, takes it off and notes whom it names.
     *
     * @return 0 when the header is not there yet, above 0 when it was taken, below 0 when there is none
     */
    int accept(Connection connection) {
        Memory memory = buffers.shared;
        // peeked, so that what follows the header stays in the socket for the relay
        int peeked = Sockets.recv(connection.client.fd, memory.address(), memory.lengthBytes(),
                Sockets.MSG_PEEK | Sockets.MSG_DONTWAIT);
        if (peeked == -Errno.EAGAIN) {
            return 0;
        }
        if (peeked <= 0) {
            return -1;
        }
        int header = parser.parse(memory, peeked);
        if (header > 0) {
            Sockets.recv(connection.client.fd, memory.address(), header, Sockets.MSG_DONTWAIT);
            // recv has put there again what was peeked
            if (parser.isProxied()) {
                connection.isFrom(parser.sourceHigh(), parser.sourceLow(), parser.sourcePort());
                int version = connection.entry().forwarding().proxyHeader().sendVersion();
                connection.speaksFor = version == 0 ? null : parser.received(memory, version == 2);
            }
        }
        return header;
    }

    /** Puts the header, where the service sends one, in front of what TLS says to the server. */
    void send(Connection connection, TlsLayer layer) {
        int version = connection.entry().forwarding().proxyHeader().sendVersion();
        if (version > 0) {
            HeldBytes header = send(connection, version);
            layer.prepend(header);
            buffers.release(header);
        }
    }

    /** The header that names the connection's client, or whom that speaks for, to be sent before anything else. */
    HeldBytes send(Connection connection, int version) {
        ReceivedHeader received = connection.speaksFor;
        return buffers.hold(0, received == null ? write(connection, version) : write(received, version));
    }

    private int write(ReceivedHeader received, int version) {
        return version == 1
                ? ProxyHeaderWriter.writeV1(buffers.shared, received)
                : ProxyHeaderWriter.writeV2(buffers.shared, received);
    }

    private int write(Connection connection, int version) {
        Memory memory = buffers.shared;
        Sockets.getsockname(connection.client.fd, local);
        return version == 1
                ? ProxyHeaderWriter.writeV1(memory, connection.clientHigh(), connection.clientLow(),
                        connection.clientPort(), local.high(), local.low(), local.port())
                : ProxyHeaderWriter.writeV2(memory, false, connection.clientHigh(), connection.clientLow(),
                        connection.clientPort(), local.high(), local.low(), local.port());
    }

    void close() {
        local.close();
    }
}
