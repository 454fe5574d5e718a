package io.sluice.dataplane.service;

import io.sluice.ringbuffers.syscall.Errno;
import java.util.Arrays;

/** A client's attempts to reach a server: which were tried, and how the last one failed. Its worker's thread. */
public final class Attempts {
    private static final int[] NONE = {};

    private int count;
    private int[] tried = NONE;
    private int lastError;

    /** Whether another server may be tried, of so many after the first. */
    public boolean mayTry(int retries) {
        return count <= retries;
    }

    /** Tries the server at this position of the service. */
    public void begin(int position, int retries) {
        count++;
        if (retries > 0) { // else nobody asks
            tried = Arrays.copyOf(tried, tried.length + 1);
            tried[tried.length - 1] = position;
        }
    }

    /** The last one failed, with this negated errno. */
    public void failed(int error) {
        lastError = error;
    }

    /** A server has answered: whatever failed before does not count any more. */
    public void forget() {
        count = 0;
        tried = NONE;
    }

    public boolean tried(int position) {
        for (int one : tried) {
            if (one == position) {
                return true;
            }
        }
        return false;
    }

    public int count() {
        return count;
    }

    /** Why the client ends when there is nobody left to try. */
    public EndReason failure() {
        return count == 0 ? EndReason.NO_SERVER : switch (-lastError) {
            case Errno.ETIMEDOUT -> EndReason.CONNECT_TIMEOUT;
            case Errno.EPROTO -> EndReason.TLS;
            default -> EndReason.CONNECT_FAILED;
        };
    }
}
