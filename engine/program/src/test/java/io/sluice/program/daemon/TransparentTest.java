package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testbed.Namespaces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code transparent: true} between three network namespaces: client, balancer, server. Needs root, iproute2, socat.
 */
@Tag("peer")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class TransparentTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @Test
    void servers_see_the_address_of_the_client(@TempDir Path directory) throws Exception {
        try (var net = new Namespaces("client", "balancer", "server")) {
            String client = net.name("client");
            String balancer = net.name("balancer");
            String server = net.name("server");
            net.link("client", "10.9.1.2/24", "balancer", "10.9.1.1/24");
            String towardsServer = net.link("server", "10.9.2.2/24", "balancer", "10.9.2.1/24").getLast();
            net.withoutReversePathFilter("balancer");
            Namespaces.run("ip", "-n", client, "route", "add", "default", "via", "10.9.1.1");
            Namespaces.run("ip", "-n", server, "route", "add", "default", "via", "10.9.2.1");
            // what comes back from the server for the client's address is delivered here
            // (docs/configure/transparent.md) and what the balancer itself sends from there, as health checks do, still
            // leaves it
            Namespaces.run("ip", "-n", balancer, "rule", "add", "from", "10.9.2.0/24", "iif", towardsServer, "lookup",
                    "100");
            Namespaces.run("ip", "-n", balancer, "route", "add", "local", "default", "dev", "lo", "table", "100");
            Process origin = net.in("server", "socat", "-t60", "TCP-LISTEN:7000,fork,reuseaddr",
                    "SYSTEM:echo $SOCAT_PEERADDR").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            await().atMost(PATIENCE).until(
                    () -> Namespaces.output(net.in("server", "ss", "-Hltn", "sport", "=", ":7000")).contains("7000"));
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
            Process daemon = net.in("balancer", command(file)).redirectErrorStream(true).redirectOutput(out.toFile())
                    .start();
            try {
                await().atMost(PATIENCE).until(() -> Files.readString(out).contains("ready")
                        && Files.readString(out).contains("web/one: up") || !daemon.isAlive());
                assertThat(daemon.isAlive()).as(Files.readString(out)).isTrue();
                String seen = Namespaces.output(net.in("client", "socat", "-t60", "-", "TCP:10.9.1.1:7000")).strip();
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
}
