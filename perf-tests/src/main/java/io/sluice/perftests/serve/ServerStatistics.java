package io.sluice.perftests.serve;

import java.util.concurrent.atomic.AtomicLong;

/** What a target server has seen. Written by its thread, read by any. */
public final class ServerStatistics {
    public final AtomicLong connections = new AtomicLong();
    public final AtomicLong open = new AtomicLong();
    public final AtomicLong requests = new AtomicLong();
    public final AtomicLong bytesReceived = new AtomicLong();
    public final AtomicLong bytesSent = new AtomicLong();
    public final AtomicLong mismatches = new AtomicLong();
    public final AtomicLong datagrams = new AtomicLong();
    public final AtomicLong reordered = new AtomicLong();

    /** One writer: a plain addition that readers see soon. */
    static void add(AtomicLong counter, long value) {
        counter.setOpaque(counter.getPlain() + value);
    }

    public String json(String kind) {
        return "{\"kind\":\"" + kind + "\",\"connections\":" + connections + ",\"open\":" + open + ",\"requests\":"
                + requests + ",\"bytes-received\":"
                + bytesReceived + ",\"bytes-sent\":" + bytesSent + ",\"mismatches\":" + mismatches + ",\"datagrams\":"
                + datagrams + ",\"reordered\":"
                + reordered + "}";
    }
}
