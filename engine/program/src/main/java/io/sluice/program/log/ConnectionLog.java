package io.sluice.program.log;

import io.sluice.control.api.Status;
import io.sluice.control.config.model.Log;
import io.sluice.dataplane.service.ClientRecord;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.ServerColumn;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.ringbuffers.ring.EventRing;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of connections ({@code log.connections}). Workers put a record of fixed layout into an off-heap ring and go
 * on: a full ring loses the record, counted, and never makes them wait. The thread {@code log} names and formats,
 * {@link LogWriter} writes.
 *
 * <pre>
 * 0 end, epoch ms   1 service id   2 server id   3, 4 client address   5 protocol &lt;&lt; 32 | client port &lt;&lt; 16
 *   | port 6 wait ns   7 connect ns   8 total ns   9 bytes in   10 bytes out   11 retries &lt;&lt; 8 | end reason
 *   12 server connections &lt;&lt; 32 | service connections   13 datagrams in   14 datagrams out
 * </pre>
 */
public final class ConnectionLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionLog.class);
    /** Eight thousand records: half a second of short connections on a busy core. */
    private static final int RING_BYTES = 1 << 20;
    private static final int ENDED = 1;
    private static final int LONGS = 15;
    private static final int BATCH = 512;
    private static final long IDLE_NS = 10_000_000;
    /** While nothing is wanted: a wake-up takes the processor from a worker. */
    private static final long OFF_NS = 1_000_000_000;
    private static final long TELL_LOSS_NS = 10_000_000_000L;

    private final EventRing ring;
    private final LineMaker lines;
    private final LogWriter out;
    private final Thread thread = Thread.ofPlatform().name("log").daemon().unstarted(this::run);
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream();
    private volatile Log.Connections wanted = Log.Connections.OFF;
    private volatile boolean json;
    private volatile boolean stopping;
    private long lossTold;
    private long lossToldNs = System.nanoTime() - TELL_LOSS_NS;

    /**
     * Starts the thread; nothing is recorded before {@link #apply}.
     *
     * @param names of services and servers; null before the daemon has any
     */
    public static ConnectionLog start(Supplier<@Nullable Status> names, LogWriter out) {
        ConnectionLog log = new ConnectionLog(RING_BYTES, names, out);
        log.thread.start();
        return log;
    }

    ConnectionLog(int ringBytes, Supplier<@Nullable Status> names, LogWriter out) {
        ring = new EventRing(ringBytes);
        lines = new LineMaker(names);
        this.out = out;
    }

    /** Puts the configuration's wishes in force; any thread. */
    public void apply(Log log) {
        json = log.format() == Log.Format.JSON;
        wanted = log.connections();
        LockSupport.unpark(thread);
    }

    // ---- workers' threads ----

    /** A connection or session has ended. */
    public void ended(ClientRecord client, EndReason reason) {
        if (isWanted(reason)) {
            record(client, reason);
        }
    }

    private boolean isWanted(EndReason reason) {
        return switch (wanted) {
            case OFF -> false;
            case ALL -> true;
            case ERRORS -> !reason.isOrderly();
        };
    }

    private void record(ClientRecord client, EndReason reason) {
        int at = ring.claim(ENDED, LONGS);
        if (at == EventRing.FULL) {
            return; // the ring has counted it
        }
        VirtualService service = client.service();
        RealServer server = client.server();
        long serverConnections = server == null ? 0 : server.gauges().get(ServerColumn.CONNECTIONS);
        ring.put(at, 0, System.currentTimeMillis());
        ring.put(at, 1, service.id());
        ring.put(at, 2, server == null ? 0 : server.id());
        ring.put(at, 3, client.clientHigh());
        ring.put(at, 4, client.clientLow());
        ring.put(at, 5, (long) client.protocol().number() << 32 | (long) client.clientPort() << 16
                | client.servicePort());
        ring.put(at, 6, client.waitNs());
        ring.put(at, 7, client.connectNs() < 0 ? -1 : client.connectNs() - client.waitNs());
        ring.put(at, 8, client.durationNs());
        ring.put(at, 9, client.bytesFromClient());
        ring.put(at, 10, client.bytesFromServer());
        ring.put(at, 11, (long) client.retries() << 8 | reason.ordinal());
        ring.put(at, 12, serverConnections << 32
                | (service.counters().gauges().get(ServiceColumn.CONNECTIONS) & 0xFFFF_FFFFL));
        ring.put(at, 13, client.datagramsFromClient());
        ring.put(at, 14, client.datagramsFromServer());
        ring.commit(at);
    }

    // ---- the log's thread ----

    private void run() {
        while (!stopping) {
            try {
                // without room they wait in the ring, which counts what it loses
                if (!out.hasRoom() || writeBatch() == 0) {
                    LockSupport.parkNanos(this, wanted == Log.Connections.OFF ? OFF_NS : IDLE_NS);
                }
            } catch (RuntimeException bug) {
                LOG.error("a connection record could not be written", bug); // those after it can
            }
            tellLoss(System.nanoTime());
        }
        while (writeBatch() > 0) {
            // what workers left at their end
        }
    }

    /** Writes what is there, many lines in one call; answers how many. */
    int writeBatch() {
        int count = ring.drain((type, longs) -> {
            batch.writeBytes(lines.line(longs, json).getBytes(StandardCharsets.UTF_8));
            batch.write('\n');
        }, BATCH);
        if (count > 0) {
            out.offer(batch.toByteArray(), count);
            batch.reset();
        }
        return count;
    }

    private void tellLoss(long nowNs) {
        long lost = ring.dropped();
        if (lost != lossTold && nowNs - lossToldNs >= TELL_LOSS_NS) {
            LOG.warn("{} connection records lost, {} since the start: they come faster than they can be written;"
                    + " log.connections: errors writes fewer", lost - lossTold, lost);
            lossTold = lost;
            lossToldNs = nowNs;
        }
    }

    /** Records lost before they became lines; any thread. */
    public long lost() {
        return ring.dropped();
    }

    /** Writes what is left and ends; the workers have ended before. */
    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
