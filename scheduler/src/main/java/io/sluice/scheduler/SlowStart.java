package io.sluice.scheduler;

/** The weight of a server that has just come up: it rises in a straight line, so cold caches are not flooded. */
public final class SlowStart {
    private SlowStart() {
    }

    /**
     * Effective weight of a server.
     *
     * @param weight configured weight, 0..65535
     * @param elapsedNs time since the server came up
     * @param rampNs length of the slow start; 0 or less means none
     * @return 1..weight, or 0 when the configured weight is 0
     */
    public static int weight(int weight, long elapsedNs, long rampNs) {
        if (weight == 0 || rampNs <= 0 || elapsedNs >= rampNs) {
            return weight;
        }
        if (elapsedNs <= 0) {
            return 1;
        }
        return Math.max(1, (int) (weight * ((double) elapsedNs / rampNs)));
    }

    /** Whether the weight is still rising, so that the set has to be built anew later. */
    public static boolean rising(int weight, long elapsedNs, long rampNs) {
        return weight(weight, elapsedNs, rampNs) < weight;
    }
}
