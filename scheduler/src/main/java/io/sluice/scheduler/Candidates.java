package io.sluice.scheduler;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which servers of a virtual service may be chosen for a new client, and the scheduler prepared for them; immutable,
 * made by the control plane, shared by all workers. Servers go by their position in the service. The same instance
 * stays as long as nothing about it changes, so that a worker keeps its scheduler's cursor.
 */
public final class Candidates {
    /** Which of a service's servers serve new clients, from best to worst. */
    public enum Standing {
        /** Servers that are up. */
        SERVERS,
        /** None is up: the backup servers that are. */
        BACKUPS,
        /** None is known to be up: those of which nothing is known yet, as trying is better than refusing. */
        UNCHECKED,
        /** All are down, halted, drained or of weight 0: the fallback. */
        FALLBACK,
        /** And there is no fallback. */
        NOBODY
    }

    /** Those of a tier serve when there is nobody in the tiers before it. */
    private static final IntPredicate[] TIERS = {
        state -> takesNewAs(state, 0),
        state -> takesNewAs(state, ServerState.BACKUP),
        state -> takesNewAs(state, ServerState.UNCHECKED),
        state -> takesNewAs(state, ServerState.UNCHECKED | ServerState.BACKUP),
        state -> ServerState.is(state, ServerState.FALLBACK),
    };

    private final SchedulerKind kind;
    private final Standing standing;
    private final int[] positions;
    private final ServerSet servers;
    private final SchedulerPlan plan;

    private Candidates(SchedulerKind kind, Standing standing, int[] positions, ServerSet servers, SchedulerPlan plan) {
        this.kind = kind;
        this.standing = standing;
        this.positions = positions;
        this.servers = servers;
        this.plan = plan;
    }

    /** The same servers under a scheduler of the caller's, which no word of the configuration names. */
    public Candidates under(SchedulerPlan other) {
        return new Candidates(kind, standing, positions, servers, other);
    }

    /**
     * Decides who may be chosen.
     *
     * @param states bits of {@link ServerState} for each server of the service
     * @param ids stable identity of each, for hashing schedulers: see {@link ServerId}
     * @param weights effective weight of each, 0..65535, less during slow-start
     * @param former what was in force before: it is the answer where nothing has changed; null: nothing was
     */
    public static Candidates of(SchedulerKind kind, int[] states, long[] ids, int[] weights,
            @Nullable Candidates former) {
        Standing standing = Standing.NOBODY;
        int[] positions = {};
        for (IntPredicate tier : TIERS) {
            positions = IntStream.range(0, states.length).filter(i -> tier.test(states[i])).toArray();
            if (positions.length > 0) {
                standing = standingOf(states[positions[0]]);
                break;
            }
        }
        ServerSet servers = new ServerSet(Arrays.stream(positions).mapToLong(i -> ids[i]).toArray(),
                Arrays.stream(positions).map(i -> weights[i]).toArray());
        return former != null && former.isMadeOf(kind, standing, positions, servers)
                ? former
                : new Candidates(kind, standing, positions, servers, SchedulerPlan.of(kind, servers));
    }

    /** Nobody may be chosen. */
    public static Candidates none(SchedulerKind kind) {
        return of(kind, new int[0], new long[0], new int[0], null);
    }

    /** The same with another scheduler. */
    public Candidates with(SchedulerPlan other) {
        return new Candidates(kind, standing, positions, servers, other);
    }

    private static boolean takesNewAs(int state, int bits) {
        return ServerState.takesNew(state)
                && (state & (ServerState.UNCHECKED | ServerState.BACKUP | ServerState.FALLBACK)) == bits;
    }

    private static Standing standingOf(int state) {
        if (ServerState.is(state, ServerState.FALLBACK)) {
            return Standing.FALLBACK;
        }
        if (ServerState.is(state, ServerState.UNCHECKED)) {
            return Standing.UNCHECKED;
        }
        return ServerState.is(state, ServerState.BACKUP) ? Standing.BACKUPS : Standing.SERVERS;
    }

    private boolean isMadeOf(SchedulerKind otherKind, Standing otherStanding, int[] otherPositions, ServerSet other) {
        return kind == otherKind && standing == otherStanding && Arrays.equals(positions, otherPositions)
                && Arrays.equals(servers.ids(), other.ids()) && Arrays.equals(servers.weights(), other.weights());
    }

    public SchedulerKind kind() {
        return kind;
    }

    public Standing standing() {
        return standing;
    }

    /** Ids and effective weights of those who may be chosen. */
    public ServerSet servers() {
        return servers;
    }

    /** How many may be chosen. */
    public int size() {
        return positions.length;
    }

    /** Position in the service of one of those who may be chosen, 0..size-1, in the order of the service. */
    public int position(int index) {
        return positions[index];
    }

    /** Whether the server at this position of the service may be chosen. */
    public boolean contains(int position) {
        return Arrays.binarySearch(positions, position) >= 0;
    }

    /** See {@link SchedulerPlan#forWorker}. */
    Scheduler forWorker(int seed) {
        return plan.forWorker(seed);
    }
}
