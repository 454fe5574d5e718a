package io.sluice.dataplane.worker;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of the heap that clients of one kind may take on one worker, and what they take by estimate: so new clients
 * are refused, or old ones give way, before the process is out of memory. That worker's thread.
 */
public final class HeapShare {
    private static final Logger LOG = LoggerFactory.getLogger(HeapShare.class);
    /** After an allocation has failed: each further try would cost a full collection. */
    private static final long PAUSE_NS = 1_000_000_000;
    private static final long KIB = 1024;

    private final int worker;
    private final String whose;
    private final long limitBytes;
    private final RareLine full = new RareLine();
    private final RareLine failures = new RareLine();
    private long takenBytes;
    private boolean paused;
    private long pausedUntilNs;

    /**
     * Makes a share.
     *
     * @param whose {@code connections} or {@code UDP sessions}
     */
    public HeapShare(int worker, String whose, long limitBytes) {
        this.worker = worker;
        this.whose = whose;
        this.limitBytes = limitBytes;
    }

    /** Takes a part for as long as a client is there; false where that is more than there is. */
    public boolean take(long bytes, long nowNs) {
        if (takenBytes + bytes > limitBytes) {
            tellFull(nowNs);
            return false;
        }
        takenBytes += bytes;
        return true;
    }

    public void give(long bytes) {
        takenBytes -= bytes;
    }

    /** By estimate, what clients have taken. */
    public long takenBytes() {
        return takenBytes;
    }

    /** There was no memory for a new client, whatever the estimate says: nobody new for a second. */
    public void failed(long nowNs) {
        paused = true;
        pausedUntilNs = nowNs + PAUSE_NS;
        long times = failures.happened(nowNs);
        if (times != RareLine.NOT_NOW) {
            LOG.error("worker-{}: out of memory for further {} ({}): new ones are refused (resources) for a second each"
                    + " time; more heap holds more: SLUICE_JAVA_OPTS=-Xmx...", worker, whose, times);
        }
    }

    /** Whether new clients are refused without a try, as memory has just run out. */
    public boolean isPaused(long nowNs) {
        if (paused && nowNs - pausedUntilNs >= 0) {
            paused = false;
        }
        return paused;
    }

    private void tellFull(long nowNs) {
        long times = full.happened(nowNs);
        if (times != RareLine.NOT_NOW) {
            LOG.warn("worker-{}: {} have taken their part of the heap, {} KiB: {} times there was none left, and the"
                    + " client was refused (resources) or an idle one gave way (evicted); more heap holds more:"
                    + " SLUICE_JAVA_OPTS=-Xmx...", worker, whose, limitBytes / KIB, times);
        }
    }
}
