package io.sluice.scheduler;

import java.util.stream.IntStream;

/**
 * Draws a server with a probability proportional to its weight, in constant time (Vose's alias method, in integers).
 * Immutable; servers of weight 0 are not in it.
 */
final class AliasTable {
    private static final int FULL_BITS = 30;
    private static final int FULL = 1 << FULL_BITS;

    private final int[] servers;
    /** The column's own server is drawn below this threshold of {@link #FULL}, its alias from there on. */
    private final int[] thresholds;
    private final int[] aliases;

    AliasTable(ServerSet set) {
        servers = IntStream.range(0, set.size()).filter(i -> set.weights()[i] > 0).toArray();
        thresholds = new int[servers.length];
        aliases = new int[servers.length];
        fill(set.weights());
    }

    /** Servers that can be drawn. */
    int size() {
        return servers.length;
    }

    /** The server that these 64 random bits draw. The table must not be empty. */
    int draw(long random) {
        int column = Mix64.toRange(random, servers.length);
        return (random & (FULL - 1)) < thresholds[column] ? servers[column] : aliases[column];
    }

    private void fill(int[] weights) {
        int count = servers.length;
        long total = 0;
        for (int server : servers) {
            total += weights[server];
        }
        // scaled so that an average server has exactly `total`, at most 2^32 for 2^16 servers of 2^16 each
        long[] scaled = new long[count];
        int[] columns = new int[count]; // the scarce from the front, the rich from the back
        int scarce = 0;
        int rich = count;
        for (int c = 0; c < count; c++) {
            scaled[c] = (long) weights[servers[c]] * count;
            columns[scaled[c] < total ? scarce++ : --rich] = c;
        }
        while (scarce > 0 && rich < count) {
            int poor = columns[--scarce];
            int donor = columns[rich];
            thresholds[poor] = (int) ((scaled[poor] << FULL_BITS) / total);
            aliases[poor] = servers[donor];
            scaled[donor] -= total - scaled[poor];
            if (scaled[donor] < total) {
                rich++;
                columns[scarce++] = donor;
            }
        }
        // what is left is exactly full
        while (rich < count) {
            thresholds[columns[rich++]] = FULL;
        }
        while (scarce > 0) {
            thresholds[columns[--scarce]] = FULL;
        }
    }
}
