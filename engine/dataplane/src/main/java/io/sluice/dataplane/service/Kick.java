package io.sluice.dataplane.service;

import org.jspecify.annotations.Nullable;

/**
 * A command to the data plane: end the matching connections and sessions now. A part that is 0 matches all.
 *
 * @param connectionId the id that the flow table shows
 * @param serviceId {@link VirtualService#id()}
 * @param serverId {@link RealServer#id()}
 * @param serverHigh with {@code serverLow} and {@code serverPort}: where that server was when they were made, as it may
 *        have moved since; all 0 match every address
 * @param serverLow IPv4 in its mapped form
 * @param serverPort {@link RealServer#port()}
 * @param clientHigh with {@code clientLow}: the client's address; both 0 match every client
 * @param clientLow IPv4 in its mapped form
 * @param reason they end by
 */
public record Kick(long connectionId, long serviceId, long serverId, long serverHigh, long serverLow, int serverPort,
        long clientHigh, long clientLow, EndReason reason) {

    /** An administrator's. */
    public Kick(long connectionId, long serviceId, long serverId, long serverHigh, long serverLow, int serverPort,
            long clientHigh, long clientLow) {
        this(connectionId, serviceId, serverId, serverHigh, serverLow, serverPort, clientHigh, clientLow,
                EndReason.KICKED);
    }

    /** Whatever is between this server, wherever it is or was, and this client. */
    public static Kick of(long connectionId, long serviceId, long serverId, long clientHigh, long clientLow) {
        return new Kick(connectionId, serviceId, serverId, 0, 0, 0, clientHigh, clientLow);
    }

    /** The same for another reason. */
    public Kick because(EndReason other) {
        return new Kick(connectionId, serviceId, serverId, serverHigh, serverLow, serverPort, clientHigh, clientLow,
                other);
    }

    /** Whether it means this connection; {@code server} as it was when it was chosen, null before that. */
    public boolean matches(long connection, long service, @Nullable RealServer server, long high, long low) {
        return (connectionId == 0 || connectionId == connection) && (serviceId == 0 || serviceId == service)
                && matches(server) && ((clientHigh == 0 && clientLow == 0) || (clientHigh == high && clientLow == low));
    }

    private boolean matches(@Nullable RealServer server) {
        if (serverId == 0) {
            return true;
        }
        return server != null && serverId == server.id() && ((serverHigh == 0 && serverLow == 0)
                || (serverHigh == server.addressHigh() && serverLow == server.addressLow()
                        && serverPort == server.port()));
    }
}
