package io.sluice.scheduler;

/**
 * Draws two servers by weight and takes the one with fewer connections per weight: constant time, and close to the
 * least loaded (Mitzenmacher 2001) without all workers rushing to the same one. Owned by one worker.
 */
final class RandomOfTwo implements Scheduler {
    /** With weights as far apart as 1 and 65535 the second draw may not find another server; then one must do. */
    private static final int DRAWS = 8;

    private final int[] weights;
    private final AliasTable table;
    private long state;

    RandomOfTwo(ServerSet servers, AliasTable table, int seed) {
        weights = servers.weights();
        this.table = table;
        state = Mix64.mix(seed + Mix64.GOLDEN);
    }

    @Override
    public int select(long clientHash, Load load) {
        if (table.size() == 0) {
            return NONE;
        }
        int first = NONE;
        for (int draw = 0; draw < DRAWS; draw++) {
            int drawn = table.draw(random());
            if (drawn == first || !load.accepts(drawn)) {
                continue;
            }
            if (first != NONE) {
                return lessLoaded(first, drawn, load);
            }
            first = drawn;
            if (table.size() == 1) {
                break;
            }
        }
        return first != NONE ? first : leastLoaded(load);
    }

    /** The first unless the second carries less for its weight. */
    private int lessLoaded(int first, int second, Load load) {
        long firstShare = (long) load.connections(first) * weights[second];
        long secondShare = (long) load.connections(second) * weights[first];
        return secondShare < firstShare ? second : first;
    }

    /** Nearly every server refuses: look at all of them, from a random one on. */
    private int leastLoaded(Load load) {
        int count = weights.length;
        int best = NONE;
        int candidate = Mix64.toRange(random(), count);
        for (int i = 0; i < count; i++) {
            if (weights[candidate] != 0 && load.accepts(candidate)) {
                best = best == NONE ? candidate : lessLoaded(best, candidate, load);
            }
            candidate = candidate + 1 == count ? 0 : candidate + 1;
        }
        return best;
    }

    /** SplitMix64. */
    private long random() {
        state += Mix64.GOLDEN;
        return Mix64.mix(state);
    }
}
