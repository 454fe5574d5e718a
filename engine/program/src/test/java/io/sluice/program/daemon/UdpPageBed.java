package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testbed.Namespaces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All services of docs/configure/udp-protocols.md as they stand there, on the addresses they name: a client, the
 * balancer and two servers in namespaces of their own, and what a test starts in them. Needs root.
 */
final class UdpPageBed implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String VIRTUAL = "192.168.94.100";
    /** The servers' namespaces, and what the page calls them. */
    static final List<String> SERVERS = List.of("a", "b");
    static final int PATH_MTU = 1400;
    private static final Path PAGE = Path.of("docs/configure/udp-protocols.md");

    final Namespaces net;
    private final ChildDaemon daemon;
    private final List<Process> started = new ArrayList<>();
    private Path directory;

    UdpPageBed(Path directory) throws Exception {
        this.directory = directory;
        net = new Namespaces("client", "lb", "a", "b");
        net.link("lb", "10.9.1.1/24", "client", "10.9.1.2/24");
        route("client", "default", "10.9.1.1");
        Namespaces.run("ip", "-n", net.name("lb"), "address", "add", VIRTUAL + "/32", "dev", "lo");
        for (int i = 0; i < SERVERS.size(); i++) {
            String role = SERVERS.get(i);
            String link = "10.9." + (i + 2);
            List<String> ends = net.link("lb", link + ".1/24", role, link + ".2/24");
            for (int end = 0; end < 2; end++) {
                Namespaces.run("ip", "-n", net.name(end == 0 ? "lb" : role), "link", "set", ends.get(end), "mtu",
                        String.valueOf(PATH_MTU));
            }
            Namespaces.run("ip", "-n", net.name(role), "address", "add", address(role) + "/32", "dev", ends.getLast());
            route(role, "default", link + ".1");
            route("lb", address(role), link + ".2");
        }
        daemon = ChildDaemon.behind(net.in("lb").command(), directory,
                page() + "metrics: { listen: 127.0.0.1:9100 }\n");
        await().atMost(PATIENCE).until(() -> daemon.out().startsWith("ready") || !daemon.isAlive());
        assertThat(daemon.isAlive()).as(daemon.err()).isTrue();
    }

    private void route(String role, String to, String via) throws IOException {
        Namespaces.run("ip", "-n", net.name(role), "route", "add", to, "via", via);
    }

    static String address(String server) {
        return server.equals("a") ? "192.168.94.105" : "192.168.94.106";
    }

    /** All services of the page as one configuration. */
    private static String page() throws IOException {
        var services = new StringBuilder("services:\n");
        Matcher block = Pattern.compile("(?ms)^```yaml\nservices:\n(.*?)^```").matcher(Files.readString(PAGE));
        while (block.find()) {
            services.append(block.group(1));
        }
        return services.toString();
    }

    /** Where programs are started from now on. */
    void workIn(Path folder) {
        directory = folder;
    }

    /** Ends what a test has started; the balancer has taken no harm. */
    void stopPrograms() throws Exception {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        started.clear();
        assertThat(daemon.isAlive()).isTrue();
        assertThat(daemon.err()).doesNotContain("Exception");
    }

    void awaitUp(String... servers) {
        for (String server : servers) {
            await().atMost(PATIENCE).until(() -> lastState(server), "up"::equals);
        }
    }

    /** As its check says by now. */
    String lastState(String server) throws IOException {
        String state = "";
        Matcher line = Pattern.compile(" " + server + ": (up|down)\\b").matcher(daemon.err());
        while (line.find()) {
            state = line.group(1);
        }
        return state;
    }

    /** Sessions that a server was given so far. */
    double given(String service, String server) throws IOException {
        return metric("sluice_server_connections_total{server=\"" + server + "\",service=\"" + service + "\"}");
    }

    double metric(String name) throws IOException {
        return Namespaces.output(net.in("lb", "curl", "-sS", "http://127.0.0.1:9100/metrics")).lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length()))).findFirst().orElseThrow();
    }

    void awaitBound(String role, int port) {
        await().atMost(PATIENCE).until(
                () -> run(role, "ss", "-Hlun", "sport", "=", ":" + port).contains(":" + port));
    }

    Process start(String role, String... command) throws IOException {
        Process process = net.in(role, command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(directory.resolve("output" + started.size()).toFile()).start();
        started.add(process);
        return process;
    }

    String run(String role, String... command) throws Exception {
        Process process = net.in(role, command).directory(directory.toFile()).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(String.join(" ", command) + ": " + output).isZero();
        return output;
    }

    @Override
    public void close() throws IOException {
        daemon.close();
        net.close();
    }
}
