package io.sluice.program.observe;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sluice.conntrack.Mode;
import io.sluice.conntrack.Protocol;
import io.sluice.control.api.ServiceState;
import io.sluice.control.api.Status.ServiceStatus;
import io.sluice.dataplane.service.ServiceColumn;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A virtual service as {@code sluice status} shows it: what the conductor says of it, and its counters.
 *
 * @param queued connections that waited because every server was at its maximum, ever
 * @param waiting those that do now
 * @param ends how connections ended: the reason's label and how many, those that occurred
 * @param servers those configured, backup servers included
 * @param fallback null: none configured
 * @param removed no longer configured, but with connections still
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServiceReport(String name, String listen, Protocol protocol, Mode mode, String scheduler,
        boolean affinity, ServiceState state, long connections, long totalConnections, long bytesIn, long bytesOut,
        long bytesSpliced, long denied, long limited, long queued, long waiting, long retries,
        long datagramsIn, long datagramsOut, long datagramsDropped, long datagramsTooBig, Map<String, Long> ends,
        List<ServerReport> servers, @Nullable ServerReport fallback, List<ServerReport> removed) {
    public ServiceReport {
        servers = List.copyOf(servers);
        removed = List.copyOf(removed);
    }

    static ServiceReport of(ServiceStatus service, long[] counters, Map<String, Long> ends,
            List<ServerReport> servers, @Nullable ServerReport fallback, List<ServerReport> removed) {
        return new ServiceReport(service.name(), service.listen(), service.protocol(), service.mode(),
                service.scheduler(), service.affinityGroup() != 0, service.state(),
                counters[ServiceColumn.CONNECTIONS], counters[ServiceColumn.CONNECTIONS_TOTAL],
                counters[ServiceColumn.BYTES_IN], counters[ServiceColumn.BYTES_OUT],
                counters[ServiceColumn.BYTES_SPLICED], counters[ServiceColumn.DENIED],
                counters[ServiceColumn.LIMITED], counters[ServiceColumn.QUEUED], counters[ServiceColumn.WAITING],
                counters[ServiceColumn.RETRIES],
                counters[ServiceColumn.DATAGRAMS_IN], counters[ServiceColumn.DATAGRAMS_OUT],
                counters[ServiceColumn.DATAGRAMS_DROPPED], counters[ServiceColumn.DATAGRAMS_TOO_BIG],
                ends, servers, fallback, removed);
    }

    /** Servers that may take a new client. */
    public long serving() {
        return servers.stream().filter(server -> server.effectiveWeight() > 0).count();
    }
}
