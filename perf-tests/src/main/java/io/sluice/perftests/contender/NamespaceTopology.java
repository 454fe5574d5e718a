package io.sluice.perftests.contender;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Client, balancer and servers in network namespaces of their own, joined by veth pairs: every packet crosses two
 * links. Needs root. The names carry the process id. The balancer forwards packets too, so that the kernel can be a
 * contender.
 */
public final class NamespaceTopology implements Topology {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final String CLIENT_NET = "10.213.1.";
    private static final String SERVER_NET = "10.213.2.";

    private final String prefix = "slp" + ProcessHandle.current().pid() + "x" + COUNT.incrementAndGet();
    private int nextPort = NetworkNamespace.FIRST_FRONT;

    private final List<NetworkNamespace> open = new ArrayList<>();
    private final String congestionControl;

    private NamespaceTopology(String congestionControl) {
        this.congestionControl = congestionControl;
    }

    public static NamespaceTopology create(String congestionControl) throws IOException {
        NamespaceTopology namespaces = new NamespaceTopology(NetworkNamespace.permitted(congestionControl));
        try {
            namespaces.build();
            return namespaces;
        } catch (IOException e) {
            namespaces.close();
            throw new IOException("cannot set up network namespaces (root is needed): " + e.getMessage(), e);
        }
    }

    private void build() throws IOException {
        NetworkNamespace client = add(clientNamespace());
        NetworkNamespace balancer = add(balancerNamespace());
        NetworkNamespace server = add(serverNamespace());
        join(client, "c0", CLIENT_NET + "2", balancer, "b0", CLIENT_NET + "1");
        join(server, "s0", SERVER_NET + "2", balancer, "b1", SERVER_NET + "1");
        client.ip("route", "add", "default", "via", CLIENT_NET + "1");
        server.ip("route", "add", "default", "via", SERVER_NET + "1");
        balancer.sysctl("net.ipv4.ip_forward=1");
    }

    private NetworkNamespace add(String name) throws IOException {
        NetworkNamespace namespace = NetworkNamespace.create(name, congestionControl);
        open.add(namespace);
        return namespace;
    }

    private static void join(NetworkNamespace left, String leftName, String leftAddress, NetworkNamespace right,
            String rightName, String rightAddress) throws IOException {
        left.ip("link", "add", leftName, "type", "veth", "peer", "name", rightName, "netns", right.name());
        left.ip("address", "add", leftAddress + "/24", "dev", leftName);
        right.ip("address", "add", rightAddress + "/24", "dev", rightName);
        left.ip("link", "set", leftName, "up");
        right.ip("link", "set", rightName, "up");
    }

    @Override
    public String name() {
        return "network namespaces joined by veth, congestion control " + congestionControl;
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

    /** Of those that the kernel gives to nobody else. */
    @Override
    public int freePort(boolean udp) {
        return nextPort++;
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    @Override
    public void close() throws IOException {
        for (NetworkNamespace namespace : List.copyOf(open)) {
            open.remove(namespace);
            namespace.close();
        }
    }
}
