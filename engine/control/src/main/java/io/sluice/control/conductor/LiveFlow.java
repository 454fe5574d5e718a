package io.sluice.control.conductor;

import io.sluice.conntrack.Flow;
import io.sluice.conntrack.FlowReader;
import io.sluice.dataplane.service.StableId;
import io.sluice.ringbuffers.syscall.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks up the connection or session that a client has at the moment, in the mapped flow tables; any thread. */
final class LiveFlow {
    private static final Logger LOG = LoggerFactory.getLogger(LiveFlow.class);

    private final long service;
    private final long high;
    private final long low;
    private final int port;
    private @Nullable Flow found;

    private LiveFlow(String service, InetAddress client, int port) {
        this.service = StableId.of(service);
        this.high = SocketAddress.high(client);
        this.low = SocketAddress.low(client);
        this.port = port;
    }

    /** What the client has with the service, the last used where it has several; null: nothing, or no port is given. */
    static @Nullable Flow of(Path stateDirectory, String service, InetAddress client, int port) {
        if (port == 0) {
            return null;
        }
        LiveFlow search = new LiveFlow(service, client, port);
        try (FlowReader flows = FlowReader.open(stateDirectory)) {
            flows.forEach(search::visit);
        } catch (IOException unreadable) {
            LOG.debug("the flow tables cannot be read: {}", unreadable.getMessage());
        }
        return search.found;
    }

    private void visit(Flow flow) {
        if (flow.serviceId() == service && flow.client().port() == port && flow.client().lo() == low
                && flow.client().hi() == high) {
            Flow before = found;
            found = before == null || flow.lastSeenMs() > before.lastSeenMs() ? flow : before;
        }
    }
}
