package io.sluice.perftests.serve;

import io.sluice.ringbuffers.ip.Endpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** `sluice load --serve`: targets in a process of their own, until it is told to stop. Caller's thread. */
public final class ServeLoop {
    private ServeLoop() {
    }

    /**
     * Prints one line per target (`listening KIND ADDRESS`), one for the counters, then `ready`; returns only on a
     * fault.
     */
    public static int serve(TargetServer.Options options, List<Target> targets, @Nullable InetSocketAddress stats,
            PrintWriter out)
            throws IOException, InterruptedException {
        TargetServer server = TargetServer.start(options, targets);
        for (int i = 0; i < targets.size(); i++) {
            TargetServer.Listening listening = server.listening().get(i);
            out.println("listening " + listening.target().kind().word + " " + Endpoint.of(listening.address()));
        }
        if (stats != null) {
            // bound by the loop below; lives as long as the process
            ServerSocket socket = new ServerSocket(stats.getPort(), 64, stats.getAddress());
            out.println("listening stats " + Endpoint.of((InetSocketAddress) socket.getLocalSocketAddress()));
            Thread.ofVirtual().name("stats").start(() -> answer(socket, server));
        }
        out.println("ready");
        out.flush();
        while (server.fault() == null) {
            Thread.sleep(200);
        }
        throw new IOException("a server thread failed: " + server.fault(), server.fault());
    }

    private static void answer(ServerSocket socket, TargetServer server) {
        while (true) {
            try (Socket client = socket.accept()) {
                String counters = server.listening().stream()
                        .map(listening -> listening.statistics().json(listening.target().kind().word))
                        .collect(Collectors.joining(",\n ", "[", "]\n"));
                client.getOutputStream().write(counters.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                if (socket.isClosed()) {
                    return;
                }
            }
        }
    }
}
