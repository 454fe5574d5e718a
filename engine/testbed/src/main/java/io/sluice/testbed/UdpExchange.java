package io.sluice.testbed;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;

/** Short texts over a connected UDP socket. */
public final class UdpExchange {
    private UdpExchange() {
    }

    /** Sends, and waits for an answer as long as the socket does. */
    public static String ask(DatagramSocket socket, String text) throws IOException {
        send(socket, text);
        return receive(socket);
    }

    public static void send(DatagramSocket socket, String text) throws IOException {
        byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
        socket.send(new DatagramPacket(payload, payload.length));
    }

    public static String receive(DatagramSocket socket) throws IOException {
        var answer = new DatagramPacket(new byte[2048], 2048);
        socket.receive(answer);
        return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII);
    }
}
