package io.sluice.control.config.model;

/**
 * How bytes of TCP connections are moved.
 *
 * @param copyBufferBytes of each worker
 * @param pipeBytes of each pooled pipe
 * @param spliceAfterBytes a direction that moved so much without a pause counts as bulk
 * @param stalledBytes what a direction may hold of the kernel's memory while its reader takes nothing
 */
public record RelayConfiguration(Kind kind, int copyBufferBytes, int pipeBytes, int spliceAfterBytes,
        int stalledBytes) {
    /** Which way bytes go through the balancer. */
    public enum Kind implements Word {
        /** Copied first, spliced when a direction proves to be bulk. */
        AUTO, SPLICE, COPY
    }

    public static final RelayConfiguration STANDARD = new RelayConfiguration(Kind.AUTO, 256 << 10, 1 << 20, 64 << 10,
            6 << 20);
}
