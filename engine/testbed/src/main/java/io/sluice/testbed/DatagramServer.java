package io.sluice.testbed;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Answers every datagram with its name, a space and what it got; or with the same bytes where it has no name. */
public final class DatagramServer implements AutoCloseable {
    public final String name;
    public final DatagramSocket socket;
    private final int port;
    private final Thread serving;
    private final List<String> log = new CopyOnWriteArrayList<>();
    /** Ports it sees its clients at. */
    public final Set<Integer> clients = ConcurrentHashMap.newKeySet();
    /** Leaves what begins with "probe" without an answer. */
    public volatile boolean sick;
    private volatile long received;
    private volatile @Nullable DatagramSocket keepsPort;
    private volatile @Nullable DatagramSocket again;

    public DatagramServer(String name) throws IOException {
        this(name, InetAddress.getLoopbackAddress());
    }

    public DatagramServer(String name, InetAddress address) throws IOException {
        this.name = name;
        socket = new DatagramSocket(new InetSocketAddress(address, 0));
        port = socket.getLocalPort();
        socket.setReceiveBufferSize(4 << 20);
        serving = Thread.ofPlatform().daemon().start(() -> serve(socket));
    }

    private void serve(DatagramSocket from) {
        byte[] buffer = new byte[65_536];
        while (!from.isClosed()) {
            try {
                var packet = new DatagramPacket(buffer, buffer.length);
                from.receive(packet);
                received++;
                clients.add(packet.getPort());
                byte[] got = Arrays.copyOf(buffer, packet.getLength());
                if (sick && new String(got, StandardCharsets.US_ASCII).startsWith("probe")) {
                    continue;
                }
                byte[] answer = name.isEmpty()
                        ? got
                        : (name + " " + new String(got, StandardCharsets.US_ASCII))
                                .getBytes(StandardCharsets.US_ASCII);
                from.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException closed) {
                log.add(closed.toString());
            }
        }
    }

    public int port() {
        return port;
    }

    public long received() {
        return received;
    }

    /** From now on its port answers as one that nobody has, and nobody else is given it. */
    public void leave() throws IOException {
        SocketAddress address = socket.getLocalSocketAddress();
        socket.setReuseAddress(true);
        DatagramSocket deaf = new DatagramSocket(null);
        keepsPort = deaf;
        deaf.setReuseAddress(true);
        deaf.bind(address);
        deaf.connect(new InetSocketAddress(socket.getLocalAddress(), 9)); // takes datagrams from there only
        socket.close();
        Threads.join(serving); // which has it open for as long as it waits there
    }

    /** Serves again where it {@linkplain #leave left}. */
    public void comeBack() throws IOException {
        DatagramSocket back = new DatagramSocket(null);
        again = back;
        back.setReuseAddress(true);
        back.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        Thread.ofPlatform().daemon().start(() -> serve(back));
    }

    @Override
    public void close() {
        socket.close();
        close(keepsPort);
        close(again);
    }

    private static void close(@Nullable DatagramSocket one) {
        if (one != null) {
            one.close();
        }
    }
}
