package io.sluice.perftests.load;

import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Datagrams;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that defines a run. Immutable; two runs of one plan differ only by what the target did. */
public record LoadPlan(LoadMode mode, List<InetSocketAddress> targets, RateProfile connections,
        @Nullable RateProfile ratePerSecond,
        Arrivals.Spacing spacing,
        long warmUpNs, long durationNs, long intervalNs, int threads, int requestBytes, int responseBytes,
        byte @Nullable [] request,
        long thinkNs, Close close, Direction direction, List<Ip> sources, boolean verify, long seed,
        long timeoutNs, long connectTimeoutNs,
        long lateAfterNs, double lateLimit, int batch, boolean gso, boolean spin, List<Integer> cpus,
        @Nullable String namespace) {
    private static final int GSO_MESSAGE_BYTES = 65_507;

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

    public LoadPlan {
        targets = List.copyOf(targets);
        sources = List.copyOf(sources);
        cpus = List.copyOf(cpus);
        require(!targets.isEmpty(), "a run needs a target");
        require(threads >= 1 && threads <= 256, "--threads: 1 to 256");
        require(durationNs > 0, "--duration must be more than nothing");
        require(requestBytes >= 1, "--request-size must be at least 1 byte");
        require(responseBytes >= 0, "--response-size must not be negative");
        require(connections.max() <= 1_000_000, "--connections: at most 1000000");
        require(ratePerSecond == null || (mode != LoadMode.BULK && mode != LoadMode.IDLE),
                "--rate has no meaning for " + mode + ": it sends as fast as the target takes it");
        require(ratePerSecond != null || spacing == Arrivals.Spacing.CONSTANT,
                "--poisson spaces the arrivals of an open loop: it needs --rate");
        require(ratePerSecond == null || thinkNs == 0,
                "--think is for the closed loop; with --rate the rate says when the next request comes");
        require(!mode.datagram || (requestBytes <= 65_507 && responseBytes <= 65_507),
                "a datagram carries at most 65507 bytes");
        require(!mode.datagram || !verify || requestBytes >= 8,
                "--verify needs datagrams of at least 8 bytes (a sequence number)");
        require(batch >= 1 && batch <= 1024, "--batch: 1 to 1024");
        require(!gso || mode == LoadMode.UDP_SEND, "--gso is for udp-send: other modes send datagrams one by one");
        int mostInOne = Math.min(Datagrams.UDP_MAX_SEGMENTS, GSO_MESSAGE_BYTES / requestBytes);
        require(!gso || batch <= mostInOne,
                "--gso: one message holds at most " + Datagrams.UDP_MAX_SEGMENTS + " datagrams and " + GSO_MESSAGE_BYTES
                        + " bytes, " + mostInOne + " of " + requestBytes + " bytes; --batch is " + batch);
    }

    boolean openLoop() {
        return ratePerSecond != null;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /**
     * Starts from what is usual: one connection, closed loop, 64-byte requests (128 KiB writes of bulk), 10 s after 2 s
     * of warm-up.
     */
    public static Builder to(LoadMode mode, InetSocketAddress... targets) {
        return new Builder(mode, List.of(targets));
    }

    /** Collects what differs from the usual. Used by one thread. */
    public static final class Builder {
        private final LoadMode mode;
        private final List<InetSocketAddress> targets;
        private RateProfile connections = RateProfile.constant(1);
        private @Nullable RateProfile rate;
        private Arrivals.Spacing spacing = Arrivals.Spacing.CONSTANT;
        private long warmUpNs = 2_000_000_000L;
        private long durationNs = 10_000_000_000L;
        private long intervalNs = 1_000_000_000L;
        private int threads = 1;
        private int requestBytes;
        private int responseBytes = -1;
        private byte @Nullable [] request;
        private long thinkNs;
        private Close close = Close.SERVER;
        private Direction direction = Direction.UP;
        private List<Ip> sources = List.of();
        private boolean verify;
        private long seed = 1;
        private long timeoutNs;
        private long connectTimeoutNs = 10_000_000_000L;
        private long lateAfterNs = 1_000_000;
        private double lateLimit = 0.01;
        private int batch = 32;
        private boolean gso;
        private boolean spin;
        private List<Integer> cpus = List.of();
        private @Nullable String namespace;

        private Builder(LoadMode mode, List<InetSocketAddress> targets) {
            this.mode = mode;
            this.targets = targets;
            requestBytes = mode == LoadMode.BULK ? 128 << 10 : 64;
            timeoutNs = mode.datagram ? 1_000_000_000L : 10_000_000_000L;
        }

        public Builder connections(RateProfile profile) {
            connections = profile;
            return this;
        }

        public Builder connections(int number) {
            return connections(RateProfile.constant(number));
        }

        /** Operations per second: makes the loop an open one. */
        public Builder rate(@Nullable RateProfile perSecond) {
            rate = perSecond;
            return this;
        }

        public Builder poisson(boolean arrivals) {
            spacing = arrivals ? Arrivals.Spacing.POISSON : Arrivals.Spacing.CONSTANT;
            return this;
        }

        public Builder times(long warmUp, long measured, long interval) {
            warmUpNs = warmUp;
            durationNs = measured;
            intervalNs = interval;
            return this;
        }

        public Builder threads(int number, List<Integer> pinnedTo) {
            threads = number;
            cpus = pinnedTo;
            return this;
        }

        /** @param response -1: as large as the request */
        public Builder sizes(int request, int response) {
            requestBytes = request;
            responseBytes = response;
            return this;
        }

        public Builder request(byte @Nullable [] bytes) {
            request = bytes;
            return this;
        }

        public Builder think(long ns) {
            thinkNs = ns;
            return this;
        }

        public Builder close(Close how) {
            close = how;
            return this;
        }

        public Builder direction(Direction where) {
            direction = where;
            return this;
        }

        public Builder sources(List<Ip> addresses) {
            sources = addresses;
            return this;
        }

        public Builder verify(boolean everyByte) {
            verify = everyByte;
            return this;
        }

        public Builder seed(long ofArrivals) {
            seed = ofArrivals;
            return this;
        }

        public Builder timeouts(long operationNs, long connectNs) {
            timeoutNs = operationNs;
            connectTimeoutNs = connectNs;
            return this;
        }

        /** @param limit share of late sends above which the run is invalid */
        public Builder late(long afterNs, double limit) {
            lateAfterNs = afterNs;
            lateLimit = limit;
            return this;
        }

        public Builder batch(int datagrams) {
            batch = datagrams;
            return this;
        }

        /** Whether a batch goes to the kernel as one message that it cuts, as QUIC programs send. */
        public Builder gso(boolean oneMessage) {
            gso = oneMessage;
            return this;
        }

        public Builder spin(boolean neverSleep) {
            spin = neverSleep;
            return this;
        }

        public Builder namespace(@Nullable String name) {
            namespace = name;
            return this;
        }

        public LoadPlan build() {
            int requests = request == null ? requestBytes : request.length;
            return new LoadPlan(mode, targets, connections, rate, spacing, warmUpNs, durationNs, intervalNs, threads,
                    requests,
                    responseBytes < 0 ? requests : responseBytes, request, thinkNs, close, direction, sources, verify,
                    seed, timeoutNs, connectTimeoutNs,
                    lateAfterNs, lateLimit, batch, gso, spin, cpus, namespace);
        }
    }
}
