package io.sluice.testbed;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Echoes datagrams behind its name, those that say {@code late} when told to. */
public final class DelayedEcho implements AutoCloseable {
    private final String name;
    private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final List<DatagramPacket> late = new CopyOnWriteArrayList<>();

    public DelayedEcho(String name) throws IOException {
        this.name = name;
        Thread.ofPlatform().daemon().start(this::serve);
    }

    public int port() {
        return socket.getLocalPort();
    }

    private void serve() {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[100], 100);
                socket.receive(packet);
                String text = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
                byte[] answer = (name + " " + text).getBytes(StandardCharsets.UTF_8);
                packet.setData(answer);
                if (text.equals("late")) {
                    late.add(packet);
                } else {
                    socket.send(packet);
                }
            }
        } catch (IOException closed) {
            // the server's end
        }
    }

    public void answerLate() throws IOException {
        for (DatagramPacket packet : late) {
            socket.send(packet);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
