package io.sluice.perftests.contender;

import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Everything on 127.0.0.1 of a network namespace of its own: the host's traffic and TCP settings do not matter. Needs
 * root.
 */
public final class OwnLoopback implements Topology {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final NetworkNamespace namespace;
    private final String congestionControl;
    private int nextPort = NetworkNamespace.FIRST_FRONT;

    private OwnLoopback(NetworkNamespace namespace, String congestionControl) {
        this.namespace = namespace;
        this.congestionControl = congestionControl;
    }

    public static OwnLoopback create(String wanted) throws IOException {
        String congestionControl = NetworkNamespace.permitted(wanted);
        String name = "slp" + ProcessHandle.current().pid() + "lo" + COUNT.incrementAndGet();
        return new OwnLoopback(NetworkNamespace.create(name, congestionControl), congestionControl);
    }

    @Override
    public String name() {
        return "loopback of a network namespace, congestion control " + congestionControl;
    }

    @Override
    public InetAddress balancerAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public InetAddress serverAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public String clientNamespace() {
        return namespace.name();
    }

    @Override
    public String balancerNamespace() {
        return namespace.name();
    }

    @Override
    public String serverNamespace() {
        return namespace.name();
    }

    /** Of those that the kernel gives to nobody else. */
    @Override
    public int freePort(boolean udp) {
        return nextPort++;
    }

    @Override
    public void close() throws IOException {
        namespace.close();
    }
}
