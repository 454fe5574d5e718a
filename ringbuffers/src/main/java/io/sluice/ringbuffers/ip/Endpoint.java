package io.sluice.ringbuffers.ip;

import java.net.InetSocketAddress;

/**
 * An address and a port; immutable, any thread.
 *
 * @param port 0..65535; 0 where there is none, or any will do
 */
public record Endpoint(Ip address, int port) {
    public static final int HIGHEST_PORT = 65_535;

    /** @throws IllegalArgumentException for a port that does not exist */
    public Endpoint {
        if (port < 0 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("port " + port + " is outside 0.." + HIGHEST_PORT);
        }
    }

    /** The same endpoint; it must have its address already. */
    public static Endpoint of(InetSocketAddress address) {
        return new Endpoint(Ip.of(address.getAddress()), address.getPort());
    }

    /**
     * The endpoint as /proc/net/tcp and its kin print it: {@code 0100007F:1F90}.
     *
     * @throws IllegalArgumentException for other text
     */
    public static Endpoint ofProcNet(String text) {
        int colon = text.indexOf(':');
        return new Endpoint(Ip.ofProcNet(text.substring(0, Math.max(colon, 0))),
                Integer.parseInt(text, colon + 1, text.length(), 16));
    }

    /** For the JDK's sockets. */
    public InetSocketAddress toInetSocketAddress() {
        return new InetSocketAddress(address.toInetAddress(), port);
    }

    /** {@code 10.0.0.1:80}, {@code [fd00::1]:80}; without the port where it is 0. */
    @Override
    public String toString() {
        return port == 0 ? address.toString() : address.bracketed() + ":" + port;
    }
}
