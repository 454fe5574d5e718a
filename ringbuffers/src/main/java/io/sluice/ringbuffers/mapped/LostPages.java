package io.sluice.ringbuffers.mapped;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What becomes of a mapped file whose pages cannot be had any more, as the disk is full or somebody has truncated it:
 * the JVM throws InternalError in the thread that touched one, and that thread calls {@link #recover}. The regions
 * concerned go on in memory at the same addresses, with what could still be read. Any thread.
 */
public final class LostPages {
    /** Threads that touched such a page before they were replaced hear of it a moment later. */
    private static final long SAME_FAULT_NS = 10_000_000_000L;
    private static final Set<MappedRegion> WRITABLE = ConcurrentHashMap.newKeySet();

    private static boolean recovered;
    private static long recoveredNs;

    private LostPages() {
    }

    /**
     * What was done about an InternalError.
     *
     * @param goesOn false: no mapped file was the cause
     * @param told a sentence for each file that goes on in memory from now on
     */
    public record Outcome(boolean goesOn, List<String> told) {
        public Outcome {
            told = List.copyOf(told);
        }
    }

    /** Moves what has lost pages, or could, into memory. */
    public static synchronized Outcome recover() {
        List<String> told = new ArrayList<>();
        for (MappedRegion region : WRITABLE) {
            try {
                String why = region.whyPagesCanBeLost();
                if (!why.isEmpty() && region.goOnInMemory()) {
                    told.add(region.path() + " " + why
                            + ": what it held goes on in memory, which ends with this process; free space, leave the"
                            + " state directory to sluice, and the next start or upgrade makes a file again");
                }
            } catch (IOException e) {
                told.add(region.path() + " cannot be moved into memory: " + e.getMessage());
            }
        }
        if (!told.isEmpty()) {
            recovered = true;
            recoveredNs = System.nanoTime();
        }
        return new Outcome(recovered && System.nanoTime() - recoveredNs < SAME_FAULT_NS, told);
    }

    /** Has files take the blocks they need soon, about once a second; a sentence for each that cannot, or can again. */
    public static List<String> reserveAhead() {
        return WRITABLE.stream().map(MappedRegion::reserveAhead).filter(told -> !told.isEmpty()).toList();
    }

    /** A process that was to take over has failed: readers find again what is in memory here. */
    public static void linkAgain() {
        WRITABLE.forEach(MappedRegion::linkAgain);
    }

    /** Regions of this process that are in memory alone, though they should be files. */
    public static int inMemory() {
        return (int) WRITABLE.stream().filter(MappedRegion::isInMemory).count();
    }

    static void watch(MappedRegion region) {
        WRITABLE.add(region);
    }

    static void forget(MappedRegion region) {
        WRITABLE.remove(region);
    }
}
