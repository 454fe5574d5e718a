package io.sluice.ringbuffers.counters;

import io.sluice.ringbuffers.mapped.Geometry;
import io.sluice.ringbuffers.mapped.Layout;
import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * Where everything lies in a counters file.
 *
 * <pre>
 *      0  header (MappedRegion); 64 pid; 72 start, epoch ms; 80 rows in use up to here
 *   4096  heartbeats: 256 workers x 64 bytes, epoch ms in the first 8
 *  20480  rows of 576 bytes:
 *           0  state: generation &lt;&lt; 8 | 0 free, 1 live
 *           8  kind (byte)   9 service length (byte)   10 server length (byte)   12 worker (int)
 *          64  service label, utf-8, up to 128 bytes
 *         192  server label, utf-8, up to 128 bytes
 *         320  32 longs of values, on their own cache lines
 * </pre>
 */
final class CountersLayout {
    static final Layout LAYOUT = new Layout("counters file", Layout.magic("SLCOUNT1"), 1);
    static final int MAX_WORKERS = 256;
    static final int COLUMNS = 32;
    static final int MAX_LABEL_BYTES = 128;

    static final long PID = 64;
    static final long START_EPOCH_MS = 72;
    static final long ROWS_USED = 80;

    static final int ROW_BYTES = 576;
    static final int STATE = 0;
    static final int KIND = 8;
    static final int SERVICE_LENGTH = 9;
    static final int SERVER_LENGTH = 10;
    static final int WORKER = 12;
    static final int SERVICE = 64;
    static final int SERVER = 192;
    static final int VALUES = 320;

    static final long FREE = 0;
    static final long LIVE = 1;

    private static final long HEARTBEATS = MappedRegion.HEADER_BYTES;
    private static final int HEARTBEAT_BYTES = 64;
    private static final long ROWS = HEARTBEATS + (long) MAX_WORKERS * HEARTBEAT_BYTES;

    private CountersLayout() {
    }

    static Geometry geometry(int rowCapacity) {
        return new Geometry(ROWS + (long) rowCapacity * ROW_BYTES, rowCapacity, ROW_BYTES, COLUMNS);
    }

    static long row(int index) {
        return ROWS + (long) index * ROW_BYTES;
    }

    static long heartbeat(int worker) {
        if (worker < 0 || worker >= MAX_WORKERS) {
            throw new IllegalArgumentException("worker " + worker + " is outside 0.." + (MAX_WORKERS - 1));
        }
        return HEARTBEATS + (long) worker * HEARTBEAT_BYTES;
    }

    static boolean live(long state) {
        return (state & 0xFF) == LIVE;
    }

    static long next(long state, long newState) {
        return (((state >>> 8) + 1) << 8) | newState;
    }
}
