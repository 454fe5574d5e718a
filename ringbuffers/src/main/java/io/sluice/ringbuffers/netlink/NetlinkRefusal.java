package io.sluice.ringbuffers.netlink;

import io.sluice.ringbuffers.syscall.Errno;
import java.io.IOException;

/** The kernel has answered a question with an error. */
public final class NetlinkRefusal extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;

    NetlinkRefusal(String what, int errno) {
        super("asking the kernel for " + what + ": " + Errno.describe(errno));
        this.errno = Math.abs(errno);
    }

    public int errno() {
        return errno;
    }
}
