package io.sluice.scheduler;

/** Takes the server with the fewest connections; among equals, in turn. Owned by one worker. */
final class LeastConnections implements Scheduler {
    private final int[] weights;
    private int next;

    LeastConnections(ServerSet servers, int seed) {
        weights = servers.weights();
        next = Mix64.start(seed, weights.length);
    }

    @Override
    public int select(long clientHash, Load load) {
        int count = weights.length;
        int best = NONE;
        int fewest = Integer.MAX_VALUE;
        int candidate = next;
        for (int i = 0; i < count; i++) {
            if (weights[candidate] != 0 && load.accepts(candidate)) {
                int connections = load.connections(candidate);
                if (best == NONE || connections < fewest) {
                    best = candidate;
                    fewest = connections;
                }
            }
            candidate = candidate + 1 == count ? 0 : candidate + 1;
        }
        if (best != NONE) {
            next = best + 1 == count ? 0 : best + 1;
        }
        return best;
    }
}
