package io.sluice.scheduler;

import io.sluice.scheduler.Candidates.Standing;
import java.util.Arrays;
import java.util.List;

/**
 * Servers of a virtual service that serve together, none before another, and the scheduler prepared for them;
 * immutable, shared by all workers. The same instance stays as long as nothing about it changes, whatever changes in
 * other tiers, so that a worker keeps its scheduler's cursor.
 */
final class Tier {
    private final SchedulerKind kind;
    private final Standing standing;
    private final int[] positions;
    private final ServerSet servers;
    private final SchedulerPlan plan;

    private Tier(SchedulerKind kind, Standing standing, int[] positions, ServerSet servers, SchedulerPlan plan) {
        this.kind = kind;
        this.standing = standing;
        this.positions = positions;
        this.servers = servers;
        this.plan = plan;
    }

    /**
     * Makes a tier.
     *
     * @param positions of its servers in the service, rising
     * @param servers the same in their order
     * @param known one of these is the answer where it is the same
     */
    static Tier of(SchedulerKind kind, Standing standing, int[] positions, ServerSet servers, List<Tier> known) {
        for (Tier tier : known) {
            if (tier.isMadeOf(kind, standing, positions, servers)) {
                return tier;
            }
        }
        // a fallback, most likely: it needs no table of its own
        SchedulerKind enough = positions.length == 1 ? SchedulerKind.ROUND_ROBIN : kind;
        return new Tier(kind, standing, positions, servers, SchedulerPlan.of(enough, servers));
    }

    /** The same servers under another scheduler. */
    Tier under(SchedulerPlan other) {
        return new Tier(kind, standing, positions, servers, other);
    }

    private boolean isMadeOf(SchedulerKind otherKind, Standing otherStanding, int[] otherPositions, ServerSet other) {
        return kind == otherKind && standing == otherStanding && Arrays.equals(positions, otherPositions)
                && Arrays.equals(servers.ids(), other.ids()) && Arrays.equals(servers.weights(), other.weights());
    }

    Standing standing() {
        return standing;
    }

    ServerSet servers() {
        return servers;
    }

    int size() {
        return positions.length;
    }

    /** Position in the service of one of its servers, 0..size-1. */
    int position(int index) {
        return positions[index];
    }

    boolean contains(int position) {
        return Arrays.binarySearch(positions, position) >= 0;
    }

    /** See {@link SchedulerPlan#forWorker}. */
    Scheduler forWorker(int seed) {
        return plan.forWorker(seed);
    }
}
