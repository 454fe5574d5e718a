package io.sluice.testbed.faults;

import static org.awaitility.Awaitility.await;

import io.sluice.testbed.FreePort;
import io.sluice.testbed.NamedServer;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;

/** A real server on one port, TCP as {@link NamedServer} and UDP as echo, that one thread has die and come again. */
public final class Backend implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    public final String name;
    public final int port;
    private NamedServer tcp;
    private DatagramSocket udp;

    public Backend(String name) throws IOException {
        this.name = name;
        port = FreePort.next();
        tcp = new NamedServer(name, port);
        udp = echo();
    }

    private DatagramSocket echo() throws IOException {
        DatagramSocket socket = new DatagramSocket(port, InetAddress.getLoopbackAddress());
        socket.setReceiveBufferSize(4 << 20);
        Thread.ofPlatform().name("echo-" + name).daemon().start(() -> {
            byte[] bytes = new byte[2048];
            try {
                while (true) {
                    DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
                    socket.receive(packet);
                    if (packet.getLength() > 4) { // shorter ones are a flood's
                        socket.send(packet);
                    }
                }
            } catch (IOException died) {
                // until it comes again
            }
        });
        return socket;
    }

    void die() throws IOException {
        tcp.close();
        udp.close();
    }

    /** The kernel may still hold what was closed a moment ago. */
    void comeAgain() {
        await().atMost(PATIENCE).ignoreException(BindException.class).until(() -> {
            if (tcp.isClosed()) {
                tcp = new NamedServer(name, port);
            }
            udp = echo();
            return true;
        });
    }

    @Override
    public void close() throws IOException {
        die();
    }
}
