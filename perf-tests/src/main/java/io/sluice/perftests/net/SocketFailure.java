package io.sluice.perftests.net;

import io.sluice.ringbuffers.syscall.Errno;

/** A socket that could not be made or used, in the user's words. */
public final class SocketFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SocketFailure(String what, int errno) {
        super(what + ": " + Errno.describe(errno));
    }
}
