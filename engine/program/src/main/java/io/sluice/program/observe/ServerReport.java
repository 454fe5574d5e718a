package io.sluice.program.observe;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.ServerHealth;
import io.sluice.control.api.ServerRole;
import io.sluice.control.api.Status.AgentStatus;
import io.sluice.control.api.Status.CheckReport;
import io.sluice.control.api.Status.ServerStatus;
import io.sluice.dataplane.service.ServerColumn;
import org.jspecify.annotations.Nullable;

/**
 * A real server as {@code sluice status} shows it: what the conductor says of it, and its counters.
 *
 * @param strayAnswers datagrams that came from another of its ports than they were asked for at, and were dropped
 */
public record ServerReport(String name, String address, ServerRole role, int weight, int configuredWeight,
        int effectiveWeight, ServerHealth health, AdminState admin, @Nullable AgentStatus agent, long connections,
        long totalConnections, long bytesIn, long bytesOut, long connectFailures, long strayAnswers,
        CheckReport check) {

    /** The stricter of what administrators and the server's agent want. */
    public AdminState adminInForce() {
        return agent == null || admin.compareTo(agent.admin()) >= 0 ? admin : agent.admin();
    }

    static ServerReport of(ServerStatus server, long[] counters) {
        return new ServerReport(server.name(), server.address(), server.role(), server.weight(),
                server.configuredWeight(), server.effectiveWeight(), server.health(), server.admin(), server.agent(),
                counters[ServerColumn.CONNECTIONS], counters[ServerColumn.CONNECTIONS_TOTAL],
                counters[ServerColumn.BYTES_IN], counters[ServerColumn.BYTES_OUT],
                counters[ServerColumn.CONNECT_FAILURES], counters[ServerColumn.STRAY_ANSWERS], server.check());
    }
}
