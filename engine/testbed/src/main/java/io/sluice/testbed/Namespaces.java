package io.sluice.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** Network namespaces of a test, gone with everything in them at the end. Needs root and iproute2. */
public final class Namespaces implements AutoCloseable {
    private static final AtomicInteger MADE = new AtomicInteger();

    private final String id = "sl" + ProcessHandle.current().pid() % 100_000 + "n" + MADE.getAndIncrement();
    private final Map<String, String> names = new LinkedHashMap<>();
    private int links;

    /** @param roles what the test calls them */
    public Namespaces(String... roles) throws Exception {
        for (String role : roles) {
            String name = id + role;
            run("ip", "netns", "add", name);
            names.put(role, name);
            run("ip", "-n", name, "link", "set", "lo", "up");
        }
    }

    /** As the kernel knows it. */
    public String name(String role) {
        return Objects.requireNonNull(names.get(role), role);
    }

    /** Connects two of them; answers the names of both interfaces. */
    public List<String> link(String one, String oneAddress, String other, String otherAddress) throws Exception {
        String a = id + "x" + links;
        String b = id + "y" + links++;
        run("ip", "link", "add", a, "netns", name(one), "type", "veth", "peer", "name", b, "netns", name(other));
        run("ip", "-n", name(one), "address", "add", oneAddress, "dev", a);
        run("ip", "-n", name(other), "address", "add", otherAddress, "dev", b);
        run("ip", "-n", name(one), "link", "set", a, "up");
        run("ip", "-n", name(other), "link", "set", b, "up");
        return List.of(a, b);
    }

    /** Takes packets whose answers would leave elsewhere. */
    public void withoutReversePathFilter(String role) throws Exception {
        String interfaces = output(in(role, "ls", "/proc/sys/net/ipv4/conf"));
        for (String one : interfaces.strip().split("\\s+")) {
            output(in(role, "sysctl", "-qw", "net.ipv4.conf." + one + ".rp_filter=0"));
        }
    }

    public ProcessBuilder in(String role, String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name(role)));
        all.addAll(List.of(command));
        return new ProcessBuilder(all);
    }

    public static void run(String... command) throws IOException {
        output(new ProcessBuilder(command));
    }

    /** What it prints; it must succeed. */
    public static String output(ProcessBuilder builder) throws IOException {
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.onExit().join().exitValue()).as(builder.command() + ": " + text).isZero();
        return text;
    }

    @Override
    public void close() throws IOException {
        for (String name : names.values()) {
            run("ip", "netns", "del", name);
        }
    }
}
