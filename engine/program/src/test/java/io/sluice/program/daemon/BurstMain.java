package io.sluice.program.daemon;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import jdk.net.ExtendedSocketOptions;

/** A client in a namespace: sends many datagrams of one length without DF, and prints how many came back. */
public final class BurstMain {
    private BurstMain() {
    }

    static String[] command(String host, String port, String count, String lengthBytes) {
        return new String[]{ProcessHandle.current().info().command().orElseThrow(), "-XX:TieredStopAtLevel=1", "-cp",
            System.getProperty("java.class.path"), BurstMain.class.getName(), host, port, count, lengthBytes};
    }

    public static void main(String[] arguments) throws IOException {
        int count = Integer.parseInt(arguments[2]);
        int length = Integer.parseInt(arguments[3]);
        try (var socket = new DatagramSocket()) {
            socket.setOption(ExtendedSocketOptions.IP_DONTFRAGMENT, false);
            socket.setSoTimeout(2000);
            socket.connect(new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])));
            for (int i = 0; i < count; i++) {
                socket.send(new DatagramPacket(new byte[length], length));
            }
            int answers = 0;
            try {
                for (; answers < count; answers++) {
                    var answer = new DatagramPacket(new byte[length + 1], length + 1);
                    socket.receive(answer);
                    if (answer.getLength() != length) {
                        throw new IOException("an answer of " + answer.getLength() + " bytes");
                    }
                }
            } catch (SocketTimeoutException over) {
                // the rest is lost
            }
            System.out.print(answers);
        }
    }
}
