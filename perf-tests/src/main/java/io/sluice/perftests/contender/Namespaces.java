package io.sluice.perftests.contender;

import io.sluice.perftests.host.Leftovers;
import io.sluice.perftests.host.Shell;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Client, balancer and servers in network namespaces of their own, joined by veth pairs: every packet crosses two links.
 * Needs root. The names carry the process id; close removes all of it. The balancer forwards packets too, so that the kernel can be a contender.
 */
public final class Namespaces implements Topology {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final String CLIENT_NET = "10.213.1.";
    private static final String SERVER_NET = "10.213.2.";

    private final String prefix = "slp" + ProcessHandle.current().pid() + "x" + COUNT.incrementAndGet();
    private int nextPort = 20_000;

    private Namespaces() {
    }

    public static Namespaces create() throws IOException {
        Namespaces namespaces = new Namespaces();
        Leftovers.add(namespaces);
        try {
            namespaces.build();
            return namespaces;
        } catch (IOException e) {
            namespaces.close();
            throw new IOException("cannot set up network namespaces (root is needed): " + e.getMessage(), e);
        }
    }

    private void build() throws IOException {
        String client = clientNamespace();
        String balancer = balancerNamespace();
        String server = serverNamespace();
        for (String namespace : new String[]{client, balancer, server}) {
            Shell.run("ip", "netns", "add", namespace);
            Shell.run("ip", "-n", namespace, "link", "set", "lo", "up");
            sysctl(namespace, "net.ipv4.ip_local_port_range=1024 65535");
            sysctl(namespace, "net.ipv4.tcp_tw_reuse=1");
        }
        join(client, "c0", CLIENT_NET + "2", balancer, "b0", CLIENT_NET + "1");
        join(server, "s0", SERVER_NET + "2", balancer, "b1", SERVER_NET + "1");
        Shell.run("ip", "-n", client, "route", "add", "default", "via", CLIENT_NET + "1");
        Shell.run("ip", "-n", server, "route", "add", "default", "via", SERVER_NET + "1");
        sysctl(balancer, "net.ipv4.ip_forward=1");
    }

    private static void join(String left, String leftName, String leftAddress, String right, String rightName,
            String rightAddress) throws IOException {
        Shell.run("ip", "-n", left, "link", "add", leftName, "type", "veth", "peer", "name", rightName, "netns", right);
        Shell.run("ip", "-n", left, "address", "add", leftAddress + "/24", "dev", leftName);
        Shell.run("ip", "-n", right, "address", "add", rightAddress + "/24", "dev", rightName);
        Shell.run("ip", "-n", left, "link", "set", leftName, "up");
        Shell.run("ip", "-n", right, "link", "set", rightName, "up");
    }

    private static void sysctl(String namespace, String setting) throws IOException {
        Shell.run("ip", "netns", "exec", namespace, "sysctl", "-q", "-w", setting);
    }

    @Override
    public String name() {
        return "namespaces";
    }

    @Override
    public InetAddress balancerAddress() {
        return address(CLIENT_NET + "1");
    }

    @Override
    public InetAddress serverAddress() {
        return address(SERVER_NET + "2");
    }

    @Override
    public String clientNamespace() {
        return prefix + "c";
    }

    @Override
    public String balancerNamespace() {
        return prefix + "b";
    }

    @Override
    public String serverNamespace() {
        return prefix + "s";
    }

    /** Nobody else lives there: counting up is enough. */
    @Override
    public int freePort(boolean udp) {
        return nextPort++;
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    @Override
    public void close() throws IOException {
        Leftovers.closed(this);
        String existing = Shell.run("ip", "netns", "list");
        @Nullable
        IOException failed = null;
        for (String line : existing.lines().toList()) {
            String namespace = line.split(" ", 2)[0];
            if (namespace.startsWith(prefix) && namespace.length() == prefix.length() + 1) {
                try {
                    Shell.run("ip", "netns", "delete", namespace);
                } catch (IOException e) {
                    failed = e;
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
