package io.sluice.scheduler;

/** Takes the servers in turn, whatever their weight (0 excepted). Owned by one worker. */
final class RoundRobin implements Scheduler {
    private final int[] weights;
    private int next;

    RoundRobin(ServerSet servers, int seed) {
        weights = servers.weights();
        next = Mix64.start(seed, weights.length);
    }

    @Override
    public int select(long clientHash, Load load) {
        int count = weights.length;
        int candidate = next;
        for (int i = 0; i < count; i++) {
            int following = candidate + 1 == count ? 0 : candidate + 1;
            if (weights[candidate] != 0 && load.accepts(candidate)) {
                next = following;
                return candidate;
            }
            candidate = following;
        }
        return NONE;
    }
}
