package io.sluice.control.health;

import io.sluice.control.config.model.ProxyProtocol;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Proxy;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * How TCP probes connect.
 *
 * @param to the address and port asked
 * @param source null: the kernel's choice
 */
record ProbeSocket(Endpoint to, @Nullable Ip source, ProxyProtocol.Send proxyHeader) {
    /** Version 2, command LOCAL, no addresses (HAProxy's proxy-protocol.txt, section 2.2). */
    private static final byte[] LOCAL_V2 = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000");
    private static final byte[] UNKNOWN_V1 = "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Sets options of a socket before it connects. */
    @FunctionalInterface
    interface Preparation {
        void of(Socket fresh) throws IOException;
    }

    /** A connection that the attempt's deadline closes; the caller closes it earlier. */
    Socket open(Attempt attempt) throws IOException {
        return open(attempt, fresh -> {
        });
    }

    /** The same, of a socket that was prepared. */
    Socket open(Attempt attempt, Preparation preparation) throws IOException {
        Socket socket = new Socket(Proxy.NO_PROXY);
        try {
            attempt.atDeadline(() -> closeQuietly(socket));
            attempt.await("connection");
            preparation.of(socket);
            if (source != null) {
                socket.bind(new Endpoint(source, 0).toInetSocketAddress());
            }
            socket.connect(to.toInetSocketAddress(), attempt.remainingMs());
            if (socket.getLocalSocketAddress().equals(socket.getRemoteSocketAddress())) {
                // nobody listens there, and the kernel chose that very port as ours: TCP connects to itself
                throw new ConnectException("Connection refused");
            }
            socket.setTcpNoDelay(true);
            switch (proxyHeader) {
                case NONE -> {
                }
                case V1 -> socket.getOutputStream().write(UNKNOWN_V1);
                case V2 -> socket.getOutputStream().write(LOCAL_V2);
            }
            return socket;
        } catch (IOException failed) {
            closeQuietly(socket);
            throw failed;
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // it is being thrown away
        }
    }
}
