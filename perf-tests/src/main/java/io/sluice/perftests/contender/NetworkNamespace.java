package io.sluice.perftests.contender;

import io.sluice.perftests.host.Leftovers;
import io.sluice.perftests.host.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace made for one run. Its TCP settings are the kernel's usual ones whatever the host's are: a host
 * that paces with BBR moves less than half as much over the loopback, and hides the balancer behind the pacing timers.
 * Needs root; closed by the harness's thread or on the process's way out.
 */
final class NetworkNamespace implements AutoCloseable {
    /** Where contenders listen, one port after the other: no outgoing connection gets one of these. */
    static final int FIRST_FRONT = 20_000;
    private static final int LAST_FRONT = 29_999;
    private static final Path ALLOWED = Path.of("/proc/sys/net/ipv4/tcp_allowed_congestion_control");

    private final String name;

    private NetworkNamespace(String name) {
        this.name = name;
    }

    /**
     * The wanted congestion control where the kernel lets a namespace have it, else reno, which every one may have:
     * others than the host's own need to stand in tcp_allowed_congestion_control.
     */
    static String permitted(String wanted) throws IOException {
        return List.of(Files.readAllLines(ALLOWED).getFirst().split(" ")).contains(wanted) ? wanted : "reno";
    }

    static NetworkNamespace create(String name, String congestionControl) throws IOException {
        Shell.run("ip", "netns", "add", name);
        NetworkNamespace namespace = new NetworkNamespace(name);
        Leftovers.add(namespace);
        try {
            namespace.ip("link", "set", "lo", "up");
            namespace.sysctl("net.ipv4.ip_local_port_range=1024 65535");
            namespace.sysctl("net.ipv4.ip_local_reserved_ports=" + FIRST_FRONT + "-" + LAST_FRONT);
            namespace.sysctl("net.ipv4.tcp_tw_reuse=1");
            namespace.sysctl("net.ipv4.tcp_congestion_control=" + congestionControl);
            return namespace;
        } catch (IOException e) {
            namespace.close();
            throw e;
        }
    }

    String name() {
        return name;
    }

    /** Runs `ip` in it. */
    void ip(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(arguments));
        Shell.run(command.toArray(String[]::new));
    }

    void sysctl(String setting) throws IOException {
        Shell.run("ip", "netns", "exec", name, "sysctl", "-q", "-w", setting);
    }

    @Override
    public void close() throws IOException {
        Leftovers.closed(this);
        Shell.run("ip", "netns", "delete", name);
    }
}
