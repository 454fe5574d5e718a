package io.sluice.program.demo;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The demo's real server. */
class DemoServerTest {
    @Test
    void may_be_killed_while_its_clients_leave() throws Exception {
        for (int round = 0; round < 50; round++) {
            var server = new DemoServer("one");
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                clients.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
            }
            Thread leaving = Thread.ofVirtual().start(() -> clients.forEach(DemoServerTest::leave));
            assertThatCode(server::close).doesNotThrowAnyException();
            leaving.join();
        }
    }

    private static void leave(Socket client) {
        try (client) {
            client.shutdownOutput();
        } catch (IOException gone) {
            // the server was quicker
        }
    }
}
