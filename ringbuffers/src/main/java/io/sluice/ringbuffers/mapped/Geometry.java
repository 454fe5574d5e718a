package io.sluice.ringbuffers.mapped;

/**
 * How big a mapped file is and how it is divided. Part of the checked header: a reader learns it from the file, the
 * daemon compares it with what its configuration asks for.
 *
 * @param sizeBytes size of the whole file, header included
 * @param first meaning given by the layout, for instance the number of slots
 * @param second meaning given by the layout
 * @param third meaning given by the layout
 */
public record Geometry(long sizeBytes, long first, long second, long third) {
}
