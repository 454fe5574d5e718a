package io.sluice.bench.scheduler;

import io.sluice.scheduler.Load;
import io.sluice.scheduler.Scheduler;
import io.sluice.scheduler.ServerSet;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * The consistent hashing of nginx ({@code hash $remote_addr consistent}, ketama): a sorted ring of 160 points for each
 * server of average weight, searched by bisection; a server that does not accept is walked over.
 */
final class HashRing implements Scheduler {
    private static final int POINTS_PER_100_WEIGHT = 160;

    private final int[] points; // unsigned order, shifted into signed order by flipping the sign bit
    private final int[] owners;

    HashRing(ServerSet servers) {
        int count = Arrays.stream(servers.weights()).map(HashRing::pointsOf).sum();
        long[] ring = new long[count];
        int n = 0;
        for (int server = 0; server < servers.size(); server++) {
            for (int point = 0; point < pointsOf(servers.weights()[server]); point++) {
                ring[n++] = (long) crc(servers.ids()[server], point) << 32 | server;
            }
        }
        Arrays.sort(ring);
        points = Arrays.stream(ring).mapToInt(entry -> (int) (entry >> 32)).toArray();
        owners = Arrays.stream(ring).mapToInt(entry -> (int) entry).toArray();
    }

    @Override
    public int select(long clientHash, Load load) {
        int place = search((int) (clientHash >>> 32));
        for (int i = 0; i < owners.length; i++) {
            int server = owners[place];
            if (load.accepts(server)) {
                return server;
            }
            place = place + 1 == owners.length ? 0 : place + 1;
        }
        return NONE;
    }

    /** The server that owns this place of the ring. */
    int at(int place) {
        return owners[search(place)];
    }

    private int search(int place) {
        int low = 0;
        int high = points.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (points[middle] < place) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == points.length ? 0 : low;
    }

    private static int pointsOf(int weight) {
        return weight * POINTS_PER_100_WEIGHT / 100;
    }

    private static int crc(long id, int point) {
        CRC32 crc = new CRC32();
        crc.update(ByteBuffer.allocate(12).putLong(id).putInt(point).flip());
        return (int) crc.getValue() ^ Integer.MIN_VALUE;
    }
}
