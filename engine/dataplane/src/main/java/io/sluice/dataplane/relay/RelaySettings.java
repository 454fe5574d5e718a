package io.sluice.dataplane.relay;

/**
 * How bytes are moved; fixed for the life of the daemon.
 *
 * @param kind automatic, or one way forced (for tests and odd kernels)
 * @param copyBufferBytes each worker's buffer, through which small exchanges go
 * @param pipeBytes capacity asked for each pooled pipe
 * @param spliceAfterBytes moved in one direction without a pause before it counts as bulk
 * @param heapBytes of the heap, by estimate, that a worker's connections may take
 * @param stalledBytes of the kernel's memory that a direction may hold whose reader takes nothing
 * @param allStalledBytes the same for all of a worker's together
 */
public record RelaySettings(Kind kind, int copyBufferBytes, int pipeBytes, int spliceAfterBytes,
        long heapBytes, int stalledBytes, long allStalledBytes) {
    public static final RelaySettings STANDARD = new RelaySettings(Kind.AUTO, 256 << 10, 1 << 20, 64 << 10,
            Long.MAX_VALUE, 6 << 20, Long.MAX_VALUE);

    /** Which way bytes go. */
    public enum Kind {
        /** Copy first, splice when a direction proves to be bulk. */
        AUTO,
        SPLICE,
        COPY
    }
}
