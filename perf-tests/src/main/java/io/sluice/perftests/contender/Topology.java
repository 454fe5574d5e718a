package io.sluice.perftests.contender;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where client, balancer and servers stand, and how one gets there. Set up and removed by the harness's thread. */
public interface Topology extends AutoCloseable {
    String name();

    /** Where contenders listen. */
    InetAddress balancerAddress();

    /** Where the target servers listen. */
    InetAddress serverAddress();

    /** The network namespace of clients, balancer or servers; null is the host's own. */
    @Nullable
    String clientNamespace();

    @Nullable
    String balancerNamespace();

    @Nullable
    String serverNamespace();

    /** A free port for the balancer. */
    int freePort(boolean udp) throws IOException;

    /** Do clients, balancer and servers share one place? */
    default boolean atLoopback() {
        return Objects.equals(clientNamespace(), balancerNamespace());
    }

    /** What a command needs in front of it to run at the balancer's place. */
    default List<String> atBalancer() {
        String namespace = balancerNamespace();
        return namespace == null ? List.of() : List.of("ip", "netns", "exec", namespace);
    }

    @Override
    void close() throws IOException;
}
