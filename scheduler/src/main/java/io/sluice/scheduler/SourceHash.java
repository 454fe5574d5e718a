package io.sluice.scheduler;

/**
 * Weighted rendezvous hashing: each server draws an exponentially distributed time from the hash of (client, server),
 * with its weight as the rate, and the earliest wins. A server's share is its weight's share; a server that goes moves
 * only its own clients, one that comes takes only what becomes its own, and a changed weight moves only the difference.
 * A client whose server does not accept goes to its own second choice. Stateless: shared by all workers.
 */
final class SourceHash implements Scheduler {
    private static final double TO_UNIT_INTERVAL = 0x1p-53;

    private final long[] ids;
    private final int[] weights;
    private final double[] inverseWeights;

    SourceHash(ServerSet servers) {
        ids = servers.ids();
        weights = servers.weights();
        inverseWeights = new double[weights.length];
        for (int i = 0; i < weights.length; i++) {
            inverseWeights[i] = 1.0 / Math.max(1, weights[i]);
        }
    }

    @Override
    public int select(long clientHash, Load load) {
        int earliest = NONE;
        double earliestTime = Double.POSITIVE_INFINITY;
        for (int i = 0; i < ids.length; i++) {
            // in (0, 1), never either end
            double uniform = ((Mix64.mix(clientHash ^ ids[i]) >>> 11) + 0.5) * TO_UNIT_INTERVAL;
            // -ln(u) is at least 1 - u: most servers are ruled out before a logarithm is computed for them
            if ((1 - uniform) * inverseWeights[i] >= earliestTime || weights[i] == 0 || !load.accepts(i)) {
                continue;
            }
            // StrictMath: nodes on different processors must agree to the last bit
            double time = -StrictMath.log(uniform) * inverseWeights[i];
            if (time < earliestTime) {
                earliestTime = time;
                earliest = i;
            }
        }
        return earliest;
    }
}
