package io.sluice.dataplane.service;

import io.sluice.ringbuffers.syscall.Errno;
import java.util.Arrays;

/** A client's attempts to reach a server: which were tried, and how the last one failed. Its worker's thread. */
public final class Attempts {
    private static final long[] NONE = {};

    private int count;
    /** A bit for each position of the service. */
    private long[] tried = NONE;
    private int lastError;

    /** Whether another server may be tried, of so many after the first. */
    public boolean mayTry(int retries) {
        return count <= retries;
    }

    /** Tries the server at this position of the service; negative: it stands there no more. */
    public void begin(int position, int retries) {
        count++;
        if (retries > 0 && position >= 0) { // else nobody asks
            int word = position / Long.SIZE;
            if (word >= tried.length) {
                tried = Arrays.copyOf(tried, word + 1);
            }
            tried[word] |= 1L << position;
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
        int word = position / Long.SIZE;
        return word < tried.length && (tried[word] & 1L << position) != 0;
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
