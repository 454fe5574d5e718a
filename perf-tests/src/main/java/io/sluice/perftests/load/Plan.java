package io.sluice.perftests.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that defines a run. Immutable; two runs of one plan differ only by what the target did. */
public record Plan(Mode mode, List<InetSocketAddress> targets, Profile connections, @Nullable Profile ratePerSecond,
        Arrivals.Spacing spacing,
        long warmUpNs, long durationNs, long intervalNs, int threads, int requestBytes, int responseBytes,
        byte @Nullable [] request,
        long thinkNs, Close close, Direction direction, List<InetAddress> sources, boolean verify, long seed,
        long timeoutNs, long connectTimeoutNs,
        long lateAfterNs, double lateLimit, int batch, boolean spin, List<Integer> cpus) {
    /** Who closes first in connect-request-close, and how. */
    public enum Close {
        /** the target closes after its response; the end of the stream ends the operation */
        SERVER,
        /** the client closes as soon as the response is whole */
        CLIENT,
        /** like CLIENT, with a reset instead of a FIN: leaves no TIME_WAIT behind */
        RESET
    }

    /** Where the bytes of a bulk run flow. */
    public enum Direction {
        UP, DOWN, BOTH, ECHO;

        boolean sends() {
            return this != DOWN;
        }

        boolean receives() {
            return this != UP;
        }
    }

    public Plan {
        targets = List.copyOf(targets);
        sources = List.copyOf(sources);
        cpus = List.copyOf(cpus);
        require(!targets.isEmpty(), "a run needs a target");
        require(threads >= 1 && threads <= 256, "--threads: 1 to 256");
        require(durationNs > 0, "--duration must be more than nothing");
        require(requestBytes >= 1, "--request-size must be at least 1 byte");
        require(responseBytes >= 0, "--response-size must not be negative");
        require(connections.max() <= 1_000_000, "--connections: at most 1000000");
        require(ratePerSecond == null || (mode != Mode.BULK && mode != Mode.IDLE),
                "--rate has no meaning for " + mode + ": it sends as fast as the target takes it");
        require(!mode.datagram || (requestBytes <= 65_507 && responseBytes <= 65_507),
                "a datagram carries at most 65507 bytes");
        require(!mode.datagram || !verify || requestBytes >= 8,
                "--verify needs datagrams of at least 8 bytes (a sequence number)");
        require(batch >= 1 && batch <= 1024, "--batch: 1 to 1024");
    }

    boolean openLoop() {
        return ratePerSecond != null;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
