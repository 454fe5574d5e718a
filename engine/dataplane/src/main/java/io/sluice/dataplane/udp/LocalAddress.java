package io.sluice.dataplane.udp;

import io.sluice.dataplane.service.EndpointMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sockets towards servers that are bound to one of our addresses, by their numbers; one worker's thread. */
final class LocalAddress {
    final long high;
    final long low;
    /** Another's address: the client's own (IP_TRANSPARENT). */
    final boolean foreign;
    private final List<@Nullable SharedSocket> sockets = new ArrayList<>();
    private int open;
    /** By the server. */
    private final EndpointMap<ServerPath> paths = new EndpointMap<>(8);

    LocalAddress(long high, long low, boolean foreign) {
        this.high = high;
        this.low = low;
        this.foreign = foreign;
    }

    @Nullable
    SharedSocket socket(int number) {
        return number < sockets.size() ? sockets.get(number) : null;
    }

    void makeRoom(int number) {
        while (sockets.size() <= number) {
            sockets.add(null);
        }
    }

    void add(SharedSocket socket) {
        sockets.set(socket.number, socket);
        open++;
    }

    boolean isClosed() {
        return open == 0;
    }

    @Nullable
    ServerPath path(long serverHigh, long serverLow, int serverPort) {
        return paths.first(serverHigh, serverLow, serverPort);
    }

    /** A session on that socket with a server of this address, at whatever port. */
    @Nullable
    Session neighbour(int number, long serverHigh, long serverLow) {
        ServerPath path = paths.firstAt(serverHigh, serverLow, one -> one.session(number) != null);
        return path == null ? null : path.session(number);
    }

    ServerPath pathTo(long serverHigh, long serverLow, int serverPort, long nowNs) {
        ServerPath path = path(serverHigh, serverLow, serverPort);
        if (path == null) {
            path = new ServerPath(serverHigh, serverLow, serverPort, nowNs);
            paths.add(path);
        }
        return path;
    }

    /** Closes what no session has used for so long; answers how many sockets that were. */
    int closeIdle(long nowNs, long idleNs) {
        int before = open;
        for (int i = 0; i < sockets.size(); i++) {
            SharedSocket socket = sockets.get(i);
            if (socket != null && socket.sessions == 0 && nowNs - socket.idleSinceNs >= idleNs) {
                socket.close();
                sockets.set(i, null);
                open--;
            }
        }
        paths.removeIf(path -> path.isIdle(nowNs, idleNs));
        return before - open;
    }
}
