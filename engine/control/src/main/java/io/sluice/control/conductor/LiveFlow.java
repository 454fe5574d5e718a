package io.sluice.control.conductor;

import io.sluice.conntrack.Flow;
import io.sluice.conntrack.FlowReader;
import io.sluice.dataplane.service.StableId;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks up the connection or session that a client has at the moment, in the mapped flow tables; any thread. */
final class LiveFlow {
    private static final Logger LOG = LoggerFactory.getLogger(LiveFlow.class);

    private final long service;
    private final Endpoint client;
    private @Nullable Flow found;

    private LiveFlow(String service, Ip client, int port) {
        this.service = StableId.of(service);
        this.client = new Endpoint(client, port);
    }

    /** What the client has with the service, the last used where it has several; null: nothing, or no port is given. */
    static @Nullable Flow of(Path stateDirectory, String service, Ip client, int port) {
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
        if (flow.serviceId() == service && flow.client().equals(client)) {
            Flow before = found;
            found = before == null || flow.lastSeenMs() > before.lastSeenMs() ? flow : before;
        }
    }
}
