package io.sluice.program.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testbed.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTest {
    @Test
    void the_service_manager_hears_ready_reload_and_stop(@TempDir Path directory) throws Exception {
        try (NotifySocket systemd = new NotifySocket(directory.resolve("notify").toString())) {
            ServiceNotifier notifier = ServiceNotifier.of(systemd.environment());
            long beforeUs = System.nanoTime() / 1000;
            notifier.ready("2 services\non 3 addresses");
            notifier.reloading();
            notifier.ready("3 services");
            notifier.extendTimeout(Duration.ofSeconds(30));
            notifier.mainProcess(4711);
            notifier.stopping("draining 12 connections");
            List<String> heard = systemd.received();
            assertThat(heard).hasSize(6);
            assertThat(heard.get(0)).isEqualTo("READY=1\nSTATUS=2 services on 3 addresses");
            assertThat(heard.get(1)).startsWith("RELOADING=1\nMONOTONIC_USEC=");
            assertThat(Long.parseLong(heard.get(1).replaceAll("\\D+1\\D+", ""))).isBetween(beforeUs,
                    System.nanoTime() / 1000);
            assertThat(heard.subList(2, 6)).containsExactly("READY=1\nSTATUS=3 services",
                    "EXTEND_TIMEOUT_USEC=30000000", "MAINPID=4711", "STOPPING=1\nSTATUS=draining 12 connections");
        }
    }

    @Test
    void without_a_service_manager_nothing_happens() {
        ServiceNotifier notifier = ServiceNotifier.of(Map.of());
        assertThat(notifier.ready("")).isFalse();
        assertThat(ServiceNotifier.of(Map.of("NOTIFY_SOCKET", "/nowhere/notify")).ready("")).isFalse();
    }

    @Test
    void the_watchdog_is_fed_only_while_workers_make_progress() throws Exception {
        AtomicBoolean progress = new AtomicBoolean(true);
        try (NotifySocket systemd = new NotifySocket("@sluice-watchdog-" + ProcessHandle.current().pid());
                Watchdog watchdog = Watchdog.start(ServiceNotifier.of(systemd.environment()), Duration.ofMillis(40),
                        progress::get)) {
            List<String> heard = new ArrayList<>();
            await().atMost(Duration.ofSeconds(30)).until(() -> heard.addAll(systemd.received()) && heard.size() >= 3);
            assertThat(heard).containsOnly("WATCHDOG=1");
            progress.set(false);
            // one may be under way; then silence for many periods
            await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(30))
                    .until(() -> systemd.received().isEmpty());
            progress.set(true);
            await().atMost(Duration.ofSeconds(30)).until(() -> !systemd.received().isEmpty());
        }
    }

    @Test
    void the_watchdog_s_interval_is_for_this_process_only() {
        assertThat(Watchdog.interval(Map.of("WATCHDOG_USEC", "30000000"), 7)).contains(Duration.ofSeconds(30));
        assertThat(Watchdog.interval(Map.of("WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "7"), 7)).isPresent();
        assertThat(Watchdog.interval(Map.of("WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "8"), 7)).isEmpty();
        assertThat(Watchdog.interval(Map.of("WATCHDOG_USEC", "0"), 7)).isEmpty();
        assertThat(Watchdog.interval(Map.of(), 7)).isEmpty();
    }

    @Test
    void sockets_of_another_process_are_not_touched() {
        assertThat(ActivatedSockets.of(Map.of("LISTEN_PID", "1", "LISTEN_FDS", "2"), 7).sockets()).isEmpty();
        assertThat(ActivatedSockets.of(Map.of(), 7).sockets()).isEmpty();
    }

    @Test
    void a_listener_opened_by_systemd_is_found_by_its_address() throws Exception {
        int port = FreePort.next();
        Process process;
        try {
            process = new ProcessBuilder("systemd-socket-activate", "--fdname=web", "-l", "127.0.0.1:" + port,
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                    ActivatedProgram.class.getName()).start();
        } catch (IOException missing) {
            throw new AssertionError("this test needs systemd-socket-activate: apt-get install systemd", missing);
        }
        try {
            // systemd-socket-activate starts the program when the first client comes
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
                try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    return client.isConnected();
                }
            });
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(printed.strip()).isEqualTo("fd 3 web 127.0.0.1:" + port + " tcp");
        } finally {
            process.destroyForcibly();
        }
    }

    /** Started by systemd's tool; prints the socket that it was given. */
    static final class ActivatedProgram {
        private ActivatedProgram() {
        }

        public static void main(String[] arguments) {
            ActivatedSockets sockets = ActivatedSockets.of(System.getenv(), ProcessHandle.current().pid());
            ActivatedSockets.Activated socket = sockets.sockets().getFirst();
            System.out.println("fd " + socket.fd() + " " + socket.name() + " " + socket.address() + " "
                    + (socket.stream() ? "tcp" : "udp"));
        }
    }

}
