package io.sluice.program.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.program.daemon.DaemonProcess;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon as systemd runs it: its own process, told by signals, heard on the notify socket. */
class SupervisedDaemonTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void the_service_manager_hears_the_whole_life_of_a_daemon() throws Exception {
        Path file = directory.resolve("sluice.yaml");
        Files.writeString(file, configuration("a"));
        try (NotifySocket systemd = new NotifySocket(directory.resolve("notify").toString())) {
            Process daemon = start(file, systemd);
            try {
                List<String> heard = new ArrayList<>();
                until(systemd, heard, "READY=1\nSTATUS=1 service, configuration version 1");
                until(systemd, heard, "WATCHDOG=1");

                heard.clear();
                Files.writeString(file, configuration("b"));
                signal("HUP", daemon);
                until(systemd, heard, "READY=1\nSTATUS=1 service, configuration version 2");
                assertThat(heard).anyMatch(message -> message.startsWith("RELOADING=1\nMONOTONIC_USEC="));

                heard.clear();
                Files.writeString(file, "services: nonsense\n");
                signal("HUP", daemon);
                until(systemd, heard, "READY=1\nSTATUS=1 service, configuration version 2");

                signal("TERM", daemon);
                until(systemd, heard, "STOPPING=1\nSTATUS=draining 0 connections");
                assertThat(daemon.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(daemon.exitValue()).isZero();
            } finally {
                daemon.destroyForcibly().waitFor();
            }
        }
    }

    private Process start(Path file, NotifySocket systemd) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString()));
        // the flags that the libraries need are those of this very test
        java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-Dchronicle")).forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), RunningDaemon.class.getName(), file
                .toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(directory.resolve(
                "log").toFile());
        builder.environment().putAll(systemd.environment());
        builder.environment().put("WATCHDOG_USEC", "2000000");
        return builder.start();
    }

    private void until(NotifySocket systemd, List<String> heard, String message) {
        await(message).atMost(Duration.ofSeconds(60)).until(() -> {
            heard.addAll(systemd.received());
            return heard.contains(message);
        });
    }

    private static void signal(String name, Process daemon) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(daemon.pid())).start().waitFor()).isZero();
    }

    private String configuration(String server) throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return """
                    state-directory: %s
                    workers: 1
                    services:
                      web:
                        listen: 127.0.0.1:%d
                        health-check: { type: none }
                        servers: { %s: 127.0.0.1:9 }
                    """.formatted(directory.resolve("state"), free.getLocalPort(), server);
        }
    }

    /** {@code sluice run -c FILE}. */
    static final class RunningDaemon {
        private RunningDaemon() {
        }

        public static void main(String[] arguments) {
            System.exit(DaemonProcess.run(Path.of(arguments[0]), new PrintWriter(System.out, true), new PrintWriter(
                    System.err, true)));
        }
    }
}
