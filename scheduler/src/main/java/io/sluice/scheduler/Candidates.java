package io.sluice.scheduler;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which servers of a virtual service may be chosen for a new client: those of the best {@link Tier} that has any, and
 * behind it, for clients whom none of those could serve, the worse ones. Immutable, made by the control plane, shared
 * by all workers. Servers go by their position in the service. The same instance stays as long as nothing about it
 * changes.
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
    private static final List<IntPredicate> TIERS = List.of(state -> takesNewAs(state, 0),
            state -> takesNewAs(state, ServerState.BACKUP), state -> takesNewAs(state, ServerState.UNCHECKED),
            state -> takesNewAs(state, ServerState.UNCHECKED | ServerState.BACKUP),
            state -> ServerState.is(state, ServerState.FALLBACK));

    private final SchedulerKind kind;
    private final boolean overflow;
    /** The best first, none of them empty; or one of nobody. */
    private final List<Tier> tiers;

    private Candidates(SchedulerKind kind, boolean overflow, List<Tier> tiers) {
        this.kind = kind;
        this.overflow = overflow;
        this.tiers = tiers;
    }

    /**
     * Decides who may be chosen.
     *
     * @param states bits of {@link ServerState} for each server of the service
     * @param ids stable identity of each, for hashing schedulers: see {@link ServerId}
     * @param weights effective weight of each, 0..65535, less during slow-start
     * @param overflow see {@link #overflow}
     * @param former what was in force before: it is the answer where nothing has changed; null: nothing was
     */
    public static Candidates of(SchedulerKind kind, int[] states, long[] ids, int[] weights, boolean overflow,
            @Nullable Candidates former) {
        List<Tier> known = former == null || former.kind != kind ? List.of() : former.tiers;
        List<Tier> tiers = TIERS.stream()
                .map(serves -> IntStream.range(0, states.length).filter(i -> serves.test(states[i])).toArray())
                .filter(positions -> positions.length > 0)
                .map(positions -> Tier.of(kind, standingOf(states[positions[0]]), positions,
                        new ServerSet(Arrays.stream(positions).mapToLong(i -> ids[i]).toArray(),
                                Arrays.stream(positions).map(i -> weights[i]).toArray()),
                        known))
                .toList();
        if (tiers.isEmpty()) {
            tiers = List.of(Tier.of(kind, Standing.NOBODY, new int[0], new ServerSet(new long[0], new int[0]), known));
        }
        return tiers.equals(known) && Objects.requireNonNull(former).overflow == overflow
                ? former
                : new Candidates(kind, overflow, tiers);
    }

    /** Nobody may be chosen. */
    public static Candidates none(SchedulerKind kind) {
        return of(kind, new int[0], new long[0], new int[0], false, null);
    }

    /** The same servers under a scheduler of the caller's, which no word of the configuration names. */
    public Candidates under(SchedulerPlan other) {
        return new Candidates(kind, overflow,
                Stream.concat(Stream.of(tiers.getFirst().under(other)), tiers.stream().skip(1)).toList());
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

    public SchedulerKind kind() {
        return kind;
    }

    /** Whether worse servers serve new clients while all better ones are at their maximum; else those wait. */
    public boolean overflow() {
        return overflow;
    }

    public Standing standing() {
        return tiers.getFirst().standing();
    }

    /** Ids and effective weights of those who may be chosen. */
    public ServerSet servers() {
        return tiers.getFirst().servers();
    }

    /** How many may be chosen. */
    public int size() {
        return tiers.getFirst().size();
    }

    /** Position in the service of one of those who may be chosen, 0..size-1, in the order of the service. */
    public int position(int index) {
        return tiers.getFirst().position(index);
    }

    /** Whether the server at this position of the service may be chosen. */
    public boolean contains(int position) {
        return tiers.getFirst().contains(position);
    }

    /** At least one. */
    int tierCount() {
        return tiers.size();
    }

    /** From the best, 0. */
    Tier tier(int index) {
        return tiers.get(index);
    }
}
