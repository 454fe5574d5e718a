package io.sluice.dataplane.udp;

import io.sluice.scheduler.ClientHash;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The sockets towards servers that are bound to one of our addresses, by their numbers; one worker's thread. */
final class LocalAddress {
    final long high;
    final long low;
    /** Another's address: the client's own (IP_TRANSPARENT). */
    final boolean foreign;
    private final List<@Nullable SharedSocket> sockets = new ArrayList<>();
    private int open;
    /** By the server, with linear probing. */
    private @Nullable ServerPath[] paths = new ServerPath[8];
    private int pathCount;

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
        int mask = paths.length - 1;
        for (int i = hash(serverHigh, serverLow, serverPort) & mask;; i = i + 1 & mask) {
            ServerPath path = paths[i];
            if (path == null || path.leadsTo(serverHigh, serverLow, serverPort)) {
                return path;
            }
        }
    }

    ServerPath pathTo(long serverHigh, long serverLow, int serverPort, long nowNs) {
        ServerPath path = path(serverHigh, serverLow, serverPort);
        if (path == null) {
            path = new ServerPath(serverHigh, serverLow, serverPort, nowNs);
            if ((pathCount + 1) * 2 > paths.length) {
                rebuild(paths.length * 2, known -> true);
            }
            place(path);
        }
        return path;
    }

    private void place(ServerPath path) {
        int mask = paths.length - 1;
        int i = hash(path.serverHigh, path.serverLow, path.serverPort) & mask;
        while (paths[i] != null) {
            i = i + 1 & mask;
        }
        paths[i] = path;
        pathCount++;
    }

    private void rebuild(int length, Predicate<ServerPath> kept) {
        @Nullable
        ServerPath[] former = paths;
        paths = new ServerPath[length];
        pathCount = 0;
        for (ServerPath path : former) {
            if (path != null && kept.test(path)) {
                place(path);
            }
        }
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
        for (ServerPath path : paths) {
            if (path != null && path.isIdle(nowNs, idleNs)) {
                rebuild(paths.length, known -> !known.isIdle(nowNs, idleNs));
                break;
            }
        }
        return before - open;
    }

    private static int hash(long high, long low, int port) {
        return (int) (ClientHash.OF_ADDRESS.ipv6(high + port * 0x9E3779B97F4A7C15L, low) >>> 16);
    }
}
