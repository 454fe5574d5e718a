package io.sluice.testbed;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for what a test starts. */
public final class FreePort {
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {
    }

    /** Free for TCP and UDP, given to no other in this JVM, and outside the range from which the kernel gives ports. */
    public static int next() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
            if (GIVEN.add(port) && isFree(port)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) throws IOException {
        try (var tcp = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                var udp = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
            return tcp.isBound() && udp.isBound();
        } catch (BindException taken) {
            return false;
        }
    }
}
