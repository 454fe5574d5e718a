package io.sluice.dataplane.worker;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many descriptors of the process its clients may take, so that some are left for control, checks and files, for
 * UDP, and for the server's side of every connection that was accepted. The kernel hands out the lowest number that is
 * free: who gets number {@code n} knows that {@code n} are in use, and nobody needs to count. Made by the main thread;
 * each worker has its {@link DescriptorShare}.
 */
public final class DescriptorBudget {
    private static final Logger LOG = LoggerFactory.getLogger(DescriptorBudget.class);
    /** Of the limit, sixteenths that clients never get: admin API two, metrics one, control socket a half. */
    private static final int RESERVED = 5;
    private static final int LEAST_RESERVED = 40;
    private static final int MOST_RESERVED = 1024;
    /** Of what clients may take, eighths that are kept for datagrams, and what those may take at the most. */
    private static final int KEPT_FOR_UDP = 1;
    private static final int MOST_UDP = 5;
    private static final long TELL_EVERY_NS = 60_000_000_000L;

    private final int allowed;
    private final int udpBound;
    private final int tcpBound;
    private final int udpSockets;
    private final List<DescriptorShare> shares = new ArrayList<>();
    private boolean exhausted;
    private boolean told;
    private long toldNs = System.nanoTime() - TELL_EVERY_NS;

    /**
     * Divides them.
     *
     * @param allowed of the process
     * @param used by it before it has any client
     */
    public DescriptorBudget(long allowed, long used, int workers) {
        this.allowed = (int) Math.min(allowed, Integer.MAX_VALUE);
        int reserved = Math.clamp(this.allowed * (long) RESERVED / 16, LEAST_RESERVED, MOST_RESERVED);
        // with a limit so low that nothing is left, half of the rest serves better than nothing
        int clients = (int) Math.max(this.allowed - used - reserved, (this.allowed - used) / 2);
        udpBound = (int) Math.min(Integer.MAX_VALUE, used + clients);
        tcpBound = udpBound - clients / 8 * KEPT_FOR_UDP;
        udpSockets = clients / 8 * MOST_UDP;
        for (int i = 0; i < workers; i++) {
            shares.add(new DescriptorShare(this));
        }
    }

    /** One that nothing bounds but the kernel. */
    static DescriptorShare unlimited() {
        return new DescriptorBudget(Integer.MAX_VALUE, 0, 1).share(0);
    }

    /** A worker's. */
    public DescriptorShare share(int worker) {
        return shares.get(worker);
    }

    /** Sockets towards servers that all workers' datagrams may have. */
    public int udpSockets() {
        return udpSockets;
    }

    int tcpBound() {
        return tcpBound;
    }

    int udpBound() {
        return udpBound;
    }

    /** Descriptors that connections of all workers still need for their servers' sides; any worker. */
    int owed() {
        int owed = 0;
        for (int i = 0; i < shares.size(); i++) {
            owed += shares.get(i).owed();
        }
        return owed;
    }

    /** A worker has stopped to accept; told once for each time, at most once a minute. */
    synchronized void exhausted(long nowNs) {
        if (exhausted) {
            return;
        }
        exhausted = true;
        if (nowNs - toldNs >= TELL_EVERY_NS) {
            told = true;
            toldNs = nowNs;
            LOG.warn("descriptors run out: {} are allowed, and what is left is for checks, commands and connections"
                    + " that have begun: new TCP clients wait until some have ended; more with LimitNOFILE= or ulimit -n",
                    allowed);
        }
    }

    /** A worker accepts again. */
    synchronized void recovered() {
        exhausted = false;
        if (told) {
            told = false;
            LOG.info("descriptors are free again: waiting TCP clients are accepted");
        }
    }
}
