package io.sluice.perftests.contender;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;

/** Everything on the host's 127.0.0.1: no privilege needed, the loopback's large packets included. */
public final class Loopback implements Topology {
    @Override
    public String name() {
        return "the host's loopback";
    }

    @Override
    public InetAddress balancerAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public InetAddress serverAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public @Nullable String clientNamespace() {
        return null;
    }

    @Override
    public @Nullable String balancerNamespace() {
        return null;
    }

    @Override
    public @Nullable String serverNamespace() {
        return null;
    }

    @Override
    public int freePort(boolean udp) throws IOException {
        InetSocketAddress any = new InetSocketAddress(balancerAddress(), 0);
        if (udp) {
            try (DatagramSocket socket = new DatagramSocket(any)) {
                return socket.getLocalPort();
            }
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(any);
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        // nothing was set up
    }
}
