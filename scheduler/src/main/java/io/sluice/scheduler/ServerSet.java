package io.sluice.scheduler;

/**
 * The real servers that may be chosen, in the order of the configuration; immutable. Which of the configured servers
 * are in it (up, online, primary before backup) is decided before it is built; index {@code i} here is the index every
 * {@link Scheduler} answers.
 *
 * @param ids stable identity of each server, the same across reloads and restarts; hashing schedulers hash it
 * @param weights effective weight of each server, 0..65535; 0 takes no new clients
 */
public record ServerSet(long[] ids, int[] weights) {
    /** Copies both arrays; what the accessors answer must not be changed. */
    public ServerSet {
        ids = ids.clone();
        weights = weights.clone();
        if (ids.length != weights.length) {
            throw new IllegalArgumentException(ids.length + " ids but " + weights.length + " weights");
        }
        for (int weight : weights) {
            if (weight < 0 || weight > 65_535) {
                throw new IllegalArgumentException("weight " + weight + " is outside 0..65535");
            }
        }
    }

    /** Number of servers. */
    public int size() {
        return ids.length;
    }
}
