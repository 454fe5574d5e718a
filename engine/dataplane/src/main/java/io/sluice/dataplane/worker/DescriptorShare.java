package io.sluice.dataplane.worker;

import io.sluice.ringbuffers.syscall.Files;
import java.util.concurrent.atomic.AtomicInteger;

/** What a worker knows of the process's {@link DescriptorBudget}; that worker's thread, {@link #owed} any. */
public final class DescriptorShare {
    private final DescriptorBudget budget;
    /** Connections accepted that have no socket towards a server yet. */
    private final AtomicInteger owed = new AtomicInteger();
    private boolean exhausted;

    DescriptorShare(DescriptorBudget budget) {
        this.budget = budget;
    }

    /** A connection was accepted: its server's side will need one more. */
    public void owe() {
        owed.lazySet(owed.getPlain() + 1);
    }

    /** It has that, or has ended. */
    public void settle() {
        owed.lazySet(owed.getPlain() - 1);
    }

    int owed() {
        return owed.get();
    }

    /** Whether with this descriptor, just handed out, there are enough left to accept a further client. */
    public boolean allowsMoreAfter(int fd, long nowNs) {
        if (fd <= budget.tcpBound() / 2) {
            return true; // connections that owe one have one: there cannot be more of them than descriptors in use
        }
        if (fd + budget.owed() <= budget.tcpBound()) {
            return true;
        }
        exhausted = true;
        budget.exhausted(nowNs);
        return false;
    }

    /** Whether clients may be accepted now. Asks the kernel only where they might not. */
    public boolean allowsClients(int anyFd) {
        if (!exhausted) {
            return true;
        }
        int next = Files.duplicate(anyFd);
        if (next < 0) {
            return false;
        }
        Files.close(next);
        int bound = budget.tcpBound();
        if (next + budget.owed() > bound - bound / 32) {
            return false;
        }
        exhausted = false;
        budget.recovered();
        return true;
    }

    /** Whether a socket of UDP towards a server may keep this descriptor. */
    public boolean allowsUdp(int fd) {
        return fd <= budget.udpBound();
    }

    /** A pipe is a convenience: it goes before a client does. */
    public boolean allowsPipe(int fd) {
        return fd <= budget.tcpBound();
    }
}
