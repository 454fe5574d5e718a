package io.sluice.engine.routes;

/**
 * A command to the data plane: end the matching connections and sessions now. A part that is 0 matches all.
 *
 * @param connectionId the id that the flow table shows
 * @param serviceId {@link VirtualService#id()}
 * @param serverId {@link RealServer#id()}
 * @param clientHigh with {@code clientLow}: the client's address; both 0 match every client
 * @param clientLow IPv4 in its mapped form
 */
public record Kick(long connectionId, long serviceId, long serverId, long clientHigh, long clientLow) {
    /** Whether it means this connection. */
    public boolean matches(long connection, long service, long server, long high, long low) {
        return (connectionId == 0 || connectionId == connection) && (serviceId == 0 || serviceId == service)
                && (serverId == 0 || serverId == server)
                && ((clientHigh == 0 && clientLow == 0) || (clientHigh == high && clientLow == low));
    }
}
