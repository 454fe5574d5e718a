package io.sluice.dataplane.relay;

import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Forwarding.TcpProxy;
import io.sluice.ringbuffers.syscall.Errno;
import java.util.Arrays;

/** A connection's attempts to reach a server: which were tried, and how the last one failed. Its worker's thread. */
final class Attempts {
    private static final int[] NONE = {};

    private int count;
    private int[] tried = NONE;
    private int lastError;

    boolean mayTry(TcpProxy proxy) {
        return count <= proxy.connecting().retries();
    }

    void begin(int server, TcpProxy proxy) {
        count++;
        if (proxy.connecting().retries() > 0) {
            int[] more = Arrays.copyOf(tried, tried.length + 1);
            more[tried.length] = server;
            tried = more;
        }
    }

    void failed(int error) {
        lastError = error;
    }

    boolean tried(int server) {
        for (int one : tried) {
            if (one == server) {
                return true;
            }
        }
        return false;
    }

    /** Tries after the first. */
    int retries() {
        return Math.max(0, count - 1);
    }

    /** Why the connection ends when there is nobody left to try. */
    EndReason failure() {
        return count == 0 ? EndReason.NO_SERVER : switch (-lastError) {
            case Errno.ETIMEDOUT -> EndReason.CONNECT_TIMEOUT;
            case Errno.EPROTO -> EndReason.TLS;
            default -> EndReason.CONNECT_FAILED;
        };
    }
}
