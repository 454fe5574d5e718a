package io.sluice.ringbuffers.mapped;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * A region opened for writing and how it came to be.
 *
 * @param region the mapped file
 * @param outcome whether it is new or holds what an earlier process left
 * @param detail one sentence for the log: what was found and what was done
 * @param putAside where the unusable file went, when one was {@link Outcome#REPLACED}
 */
public record Opened(MappedRegion region, Outcome outcome, String detail, @Nullable Path putAside) {
    /** How a region came to be. */
    public enum Outcome {
        /** There was no file. */
        CREATED,
        /** The file fits and its content is kept. */
        ADOPTED,
        /** The file did not fit; it was renamed and a new one made. */
        REPLACED
    }
}
