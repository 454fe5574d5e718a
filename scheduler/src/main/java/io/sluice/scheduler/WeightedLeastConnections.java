package io.sluice.scheduler;

/**
 * Takes the server with the fewest connections per weight; among equals by smooth weighted round robin, because where
 * connections are short all servers are equally idle most of the time and the weights must still show. Owned by one
 * worker.
 */
final class WeightedLeastConnections implements Scheduler {
    private final int[] weights;
    private final long[] credits;
    /** The servers tied for the least load of the current choice, in their order in the set. */
    private final int[] tied;

    WeightedLeastConnections(ServerSet servers, int seed) {
        weights = servers.weights();
        credits = new long[weights.length];
        tied = new int[weights.length];
        int steps = Mix64.start(seed, weights.length);
        for (int i = 0; i < steps; i++) {
            select(0, EveryServer.IDLE);
        }
    }

    @Override
    public int select(long clientHash, Load load) {
        int ties = 0;
        long leastConnections = 0;
        long leastWeight = 0;
        for (int i = 0; i < weights.length; i++) {
            long weight = weights[i];
            if (weight == 0 || !load.accepts(i)) {
                continue;
            }
            long connections = load.connections(i);
            // connections/weight, compared without dividing: 2^31 * 2^16 fits in a long
            long difference = ties == 0 ? -1 : connections * leastWeight - leastConnections * weight;
            if (difference < 0) {
                leastConnections = connections;
                leastWeight = weight;
                ties = 0;
            }
            if (difference <= 0) {
                tied[ties++] = i;
            }
        }
        return ties == 0 ? NONE : ties == 1 ? tied[0] : inWeightedTurn(ties);
    }

    private int inWeightedTurn(int ties) {
        long earned = 0;
        int richest = tied[0];
        for (int t = 0; t < ties; t++) {
            int i = tied[t];
            credits[i] += weights[i];
            earned += weights[i];
            if (credits[i] > credits[richest]) {
                richest = i;
            }
        }
        credits[richest] -= earned;
        return richest;
    }
}
