package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code transparent: true} between three network namespaces: client, balancer, server. Needs root, iproute2, socat. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class TransparentTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String ID = "slt" + ProcessHandle.current().pid() % 100_000;

    @Test
    void servers_see_the_address_of_the_client(@TempDir Path directory) throws Exception {
        String client = ID + "c";
        String balancer = ID + "b";
        String server = ID + "s";
        try (var net = new Namespaces(client, balancer, server)) {
            net.link(client, "10.9.1.2/24", balancer, "10.9.1.1/24");
            net.link(server, "10.9.2.2/24", balancer, "10.9.2.1/24");
            run("ip", "-n", client, "route", "add", "default", "via", "10.9.1.1");
            run("ip", "-n", server, "route", "add", "default", "via", "10.9.2.1");
            // what comes back from the server for the client's address is delivered here (docs/configure/transparent.md)
            // and what the balancer itself sends from there, as health checks do, still leaves it
            run("ip", "-n", balancer, "rule", "add", "from", "10.9.2.0/24", "iif", ID + "y1", "lookup", "100");
            run("ip", "-n", balancer, "route", "add", "local", "default", "dev", "lo", "table", "100");
            Process origin = in(server, "socat", "-t60", "TCP-LISTEN:7000,fork,reuseaddr",
                    "SYSTEM:echo $SOCAT_PEERADDR").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            await().atMost(PATIENCE).until(
                    () -> output(in(server, "ss", "-Hltn", "sport", "=", ":7000")).contains("7000"));
            Path file = directory.resolve("sluice.yaml");
            Files.writeString(file, """
                    state-directory: %s
                    workers: 1
                    services:
                      web:
                        listen: 10.9.1.1:7000
                        transparent: true
                        health-check: { type: connect, rise: 1 }
                        servers: { one: 10.9.2.2:7000 }
                    """.formatted(directory.resolve("state")));
            Path out = directory.resolve("out");
            Process daemon = in(balancer, command(file)).redirectErrorStream(true).redirectOutput(out.toFile()).start();
            try {
                await().atMost(PATIENCE).until(() -> Files.readString(out).contains("ready")
                        && Files.readString(out).contains("web/one: up") || !daemon.isAlive());
                assertThat(daemon.isAlive()).as(Files.readString(out)).isTrue();
                String seen = output(in(client, "socat", "-t60", "-", "TCP:10.9.1.1:7000")).strip();
                assertThat(seen).isEqualTo("10.9.1.2");
            } finally {
                daemon.destroyForcibly().waitFor();
                origin.destroyForcibly().waitFor();
            }
        }
    }

    private static String[] command(Path file) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-D")).forEach(command::add);
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                RunMain.class.getName(), file.toString()));
        return command.toArray(String[]::new);
    }

    private static ProcessBuilder in(String namespace, String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(List.of(command));
        return new ProcessBuilder(all);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        output(new ProcessBuilder(command));
    }

    private static String output(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(builder.command() + ": " + text).isZero();
        return text;
    }

    /** Network namespaces of the test, gone with everything in them at the end. */
    private static final class Namespaces implements AutoCloseable {
        private final List<String> names;
        private int links;

        Namespaces(String... names) throws Exception {
            this.names = List.of(names);
            for (String name : names) {
                run("ip", "netns", "add", name);
                run("ip", "-n", name, "link", "set", "lo", "up");
            }
        }

        void link(String one, String oneAddress, String other, String otherAddress) throws Exception {
            String a = ID + "x" + links;
            String b = ID + "y" + links++;
            run("ip", "link", "add", a, "netns", one, "type", "veth", "peer", "name", b, "netns", other);
            run("ip", "-n", one, "address", "add", oneAddress, "dev", a);
            run("ip", "-n", other, "address", "add", otherAddress, "dev", b);
            run("ip", "-n", one, "link", "set", a, "up");
            run("ip", "-n", other, "link", "set", b, "up");
            for (String conf : List.of("all", "default", b)) {
                run("ip", "netns", "exec", other, "sysctl", "-qw", "net.ipv4.conf." + conf + ".rp_filter=0");
            }
        }

        @Override
        public void close() throws Exception {
            for (String name : names) {
                run("ip", "netns", "del", name);
            }
        }
    }
}
