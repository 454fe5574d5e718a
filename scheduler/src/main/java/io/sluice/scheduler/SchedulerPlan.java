package io.sluice.scheduler;

/**
 * What one kind of scheduler computes once for one server set: immutable, prepared by the control plane, shared by all
 * workers. Each worker takes its own {@link Scheduler} from it, which holds a cursor at most.
 */
public interface SchedulerPlan {
    /**
     * A scheduler for one worker; cheap.
     *
     * @param seed where this worker starts in any rotation or random sequence. It should differ between workers, so
     *            that they do not all begin with the same server, and between successive plans of a service, so that
     *            frequent changes do not favour the first servers.
     */
    Scheduler forWorker(int seed);

    /**
     * Prepares a scheduler. Only {@link SchedulerKind#MAGLEV} costs anything worth mentioning (milliseconds, 128 KiB).
     *
     * @throws IllegalArgumentException for Maglev over more than 65,535 servers
     */
    static SchedulerPlan of(SchedulerKind kind, ServerSet servers) {
        return switch (kind) {
            case ROUND_ROBIN -> seed -> new RoundRobin(servers, seed);
            case WEIGHTED_ROUND_ROBIN -> seed -> new WeightedRoundRobin(servers, seed);
            case LEAST_CONNECTIONS -> seed -> new LeastConnections(servers, seed);
            case WEIGHTED_LEAST_CONNECTIONS -> seed -> new WeightedLeastConnections(servers, seed);
            case SOURCE_HASH -> sharedByAll(new SourceHash(servers));
            case MAGLEV -> sharedByAll(new Maglev(servers));
            case RANDOM_OF_TWO -> {
                AliasTable table = new AliasTable(servers);
                yield seed -> new RandomOfTwo(servers, table, seed);
            }
        };
    }

    private static SchedulerPlan sharedByAll(Scheduler stateless) {
        return seed -> stateless;
    }
}
