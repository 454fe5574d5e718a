package io.sluice.program.cli;

import io.sluice.program.demo.DemoLoad;
import io.sluice.program.demo.DemoServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the launcher has recorded for the AOT caches: first a daemon that gets ready and relays a little, then, in a
 * second process, the commands on what that daemon left. Not for users; main thread.
 */
public final class Rehearsal {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOAD = Duration.ofMillis(500);
    private static final List<List<String>> COMMANDS = List.of(List.of("check"), List.of("plan"), List.of("status"),
            List.of("status", "-o", "json"), List.of("services"), List.of("servers"), List.of("connections"),
            List.of("affinity"), List.of("drain", "web/one"), List.of("explain", "127.0.0.1", "web"));

    private Rehearsal() {
    }

    /** {@code daemon DIRECTORY}, then {@code commands DIRECTORY}. */
    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[1]).resolve("sluice.yaml");
        switch (arguments[0]) {
            case "daemon" -> daemon(file);
            case "commands" -> commands(file);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.exit(0);
    }

    private static void daemon(Path file) throws IOException, InterruptedException {
        try (var server = new DemoServer("one")) {
            int port = freePort();
            Files.writeString(file, """
                    state-directory: state
                    admin: off
                    tables: { connections: 10000, affinity: 10000 }
                    log: { level: error }
                    services:
                      web:
                        listen: 127.0.0.1:%d
                        affinity: { by: source-ip, timeout: 6m }
                        health-check: { interval: 100ms }
                        servers: { one: 127.0.0.1:%d }
                    """.formatted(port, server.port()));
            var out = new StringWriter();
            Thread.ofPlatform().daemon().start(() -> sluice(out, "run", "-c", file.toString()));
            awaitReady(out);
            var load = new DemoLoad(port);
            load.start();
            Thread.sleep(LOAD);
            load.stop();
            if (load.requests() == 0) {
                throw new IllegalStateException("the rehearsal's daemon relayed nothing");
            }
        }
    }

    private static void awaitReady(StringWriter out) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!out.toString().startsWith("ready")) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the rehearsal's daemon did not get ready: " + out);
            }
            Thread.sleep(20);
        }
    }

    private static void commands(Path file) {
        var out = new StringWriter();
        sluice(out, "--help");
        sluice(out, "version");
        for (List<String> command : COMMANDS) {
            List<String> words = new ArrayList<>(command);
            words.addAll(List.of("-c", file.toString()));
            sluice(out, words.toArray(String[]::new));
        }
    }

    private static void sluice(StringWriter out, String... arguments) {
        var writer = new PrintWriter(out);
        new CommandLineRunner(writer, writer).run(arguments);
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
