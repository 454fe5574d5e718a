package io.sluice.scheduler;

/**
 * Smooth weighted round robin, nginx's algorithm: at each choice every candidate earns its weight, the richest is
 * chosen and pays what all earned together. Weights 5, 1, 1 give a a b a c a a rather than a a a a a b c. Owned by one
 * worker.
 */
final class WeightedRoundRobin implements Scheduler {
    private final int[] weights;
    private final long[] credits;

    WeightedRoundRobin(ServerSet servers, int seed) {
        weights = servers.weights();
        credits = new long[weights.length];
        // workers begin at different places of the same sequence
        int steps = Mix64.start(seed, weights.length);
        for (int i = 0; i < steps; i++) {
            select(0, EveryServer.IDLE);
        }
    }

    @Override
    public int select(long clientHash, Load load) {
        long earned = 0;
        int richest = NONE;
        for (int i = 0; i < weights.length; i++) {
            int weight = weights[i];
            if (weight == 0 || !load.accepts(i)) {
                continue;
            }
            credits[i] += weight;
            earned += weight;
            if (richest == NONE || credits[i] > credits[richest]) {
                richest = i;
            }
        }
        if (richest != NONE) {
            credits[richest] -= earned;
        }
        return richest;
    }
}
