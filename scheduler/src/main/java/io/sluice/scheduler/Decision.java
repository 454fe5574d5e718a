package io.sluice.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * Which server of one virtual service a client gets, and why: (client, facts) to (server, reasons). The one place that
 * decides: workers take the server, {@code explain} words the reasons. No clock, no thread, no I/O, no allocation. An
 * instance holds the scheduler's cursor and belongs to one worker; it lives as long as the service there.
 *
 * <p>An answer is packed into a long: the server's position in the service in the lower half, bits of {@link Reason} in
 * the upper.
 */
public final class Decision {
    /** The server's position where the client gets none. */
    public static final int NOBODY = -1;

    /** In place of an entry's server: the service keeps no affinity. */
    public static final int NOT_KEPT = -1;
    /** In place of an entry's server: the client has no entry. */
    public static final int NO_ENTRY = -2;
    /** In place of an entry's server: the client's entry has expired. */
    public static final int EXPIRED = -3;
    /** In place of an entry's server: it is not configured any more. */
    public static final int GONE = -4;

    /** Seeds of successive schedulers of one worker are this far apart, so that no two workers share one. */
    private static final int SEED_STEP = 64;

    private final Facts facts;
    private final CandidateLoad load;
    private Candidates candidates;
    /** One for each tier of the candidates. */
    private Scheduler[] schedulers;
    private int seed;

    /**
     * Makes a worker's decisions for one service.
     *
     * @param facts what is known of its servers, and of the client that is decided for
     * @param seed where this worker starts in any rotation; the worker's index
     */
    public Decision(Facts facts, Candidates candidates, int seed) {
        this.facts = facts;
        this.candidates = candidates;
        this.seed = seed;
        load = new CandidateLoad(candidates.tier(0));
        schedulers = new Scheduler[candidates.tierCount()];
        for (int i = 0; i < schedulers.length; i++) {
            schedulers[i] = candidates.tier(i).forWorker(seed);
        }
    }

    /** Goes on with newer candidates; the scheduler of a tier keeps its cursor where that is the same. */
    @SuppressWarnings("ReferenceEquality") // Candidates promise: the same instance, as long as nothing has changed
    public void update(Candidates newer) {
        if (newer != candidates) {
            Scheduler[] made = new Scheduler[newer.tierCount()];
            for (int i = 0; i < made.length; i++) {
                Scheduler known = schedulerOf(newer.tier(i));
                made[i] = known == null ? newer.tier(i).forWorker(seed + SEED_STEP) : known;
            }
            schedulers = made; // here, as making one may fail: then all stays as it was
            seed += SEED_STEP;
            candidates = newer;
        }
    }

    @SuppressWarnings("ReferenceEquality") // as above
    private @Nullable Scheduler schedulerOf(Tier tier) {
        for (int i = 0; i < schedulers.length; i++) {
            if (candidates.tier(i) == tier) {
                return schedulers[i];
            }
        }
        return null;
    }

    /**
     * Decides for the client that the facts know at this moment.
     *
     * @param clientHash hash of the client's address (of its network, where affinity is by network): {@link ClientHash}
     * @param entry position of the server in the client's affinity entry, or {@link #NOT_KEPT}, {@link #NO_ENTRY},
     *            {@link #EXPIRED}, {@link #GONE}
     * @return for {@link #server} and {@link #reasons}
     */
    public long decide(long clientHash, int entry) {
        int reasons = reasonsOf(entry);
        if (!Reason.AFFINITY.in(reasons)) {
            return choose(clientHash, reasons, candidates.tierCount());
        }
        if (isOutdone(entry)) {
            long better = choose(clientHash, Reason.ENTRY_OUTDONE.bit(), 1);
            if (server(better) != NOBODY) {
                return better;
            }
        }
        return packed(entry, reasons);
    }

    /** A backup server gives its clients back when others are up, unless none of those can take them. */
    private boolean isOutdone(int position) {
        return candidates.standing() == Candidates.Standing.SERVERS
                && ServerState.is(facts.state(position), ServerState.BACKUP);
    }

    /** Position of the server that an answer names, or {@link #NOBODY}. */
    public static int server(long answer) {
        return (int) answer;
    }

    /** Bits of {@link Reason}. */
    public static int reasons(long answer) {
        return (int) (answer >>> 32);
    }

    /** Whether the server at this position serves a client that it knows: by an entry, or by a session it has had. */
    public boolean servesKnown(int position) {
        return objection(position) == 0;
    }

    private int reasonsOf(int entry) {
        return switch (entry) {
            case NOT_KEPT -> Reason.NO_AFFINITY.bit();
            case NO_ENTRY -> Reason.NO_ENTRY.bit();
            case EXPIRED -> Reason.ENTRY_EXPIRED.bit();
            case GONE -> Reason.ENTRY_GONE.bit();
            default -> {
                int objection = objection(entry);
                if (objection != 0) {
                    yield objection;
                }
                yield ServerState.isMeantForNew(facts.state(entry))
                        ? Reason.AFFINITY.bit()
                        : Reason.AFFINITY.bit() | Reason.KNOWN_ONLY.bit();
            }
        };
    }

    /** Why the server does not serve a client that it knows, the weightiest reason; 0: it does. */
    private int objection(int position) {
        int state = facts.state(position);
        if (!ServerState.servesKnown(state)) {
            return ServerState.is(state, ServerState.HALTED) ? Reason.ENTRY_HALTED.bit() : Reason.ENTRY_DOWN.bit();
        }
        if (ServerState.is(state, ServerState.FALLBACK) && candidates.standing() != Candidates.Standing.FALLBACK) {
            return Reason.ENTRY_OUTDONE.bit(); // nobody may come back to the fallback once a real server serves
        }
        if (facts.tried(position)) {
            return Reason.ENTRY_TRIED.bit();
        }
        return hasRoom(position) && !isAwaited(position) ? 0 : Reason.ENTRY_FULL.bit();
    }

    /**
     * Goes down the tiers as far as they have failed the client: who has room for it in a moment is worth waiting for,
     * unless the service says otherwise.
     *
     * @param tiers how many may be gone down
     */
    private long choose(long clientHash, int reasons, int tiers) {
        if (candidates.size() == 0) {
            return packed(NOBODY, reasons | Reason.NO_SERVER.bit());
        }
        int why = reasons;
        for (int i = 0; i < tiers && (candidates.overflow() || !Reason.FULL.in(why)); i++) {
            Tier tier = candidates.tier(i);
            load.tier = tier;
            int index = select(schedulers[i], clientHash);
            if (index != Scheduler.NONE) {
                return packed(tier.position(index), why | chosenFrom(tier));
            }
            why |= whyNobody(tier);
        }
        return packed(NOBODY, why);
    }

    private int chosenFrom(Tier tier) {
        int by = candidates.kind().followsClient() ? Reason.HASH.bit() : Reason.SCHEDULER.bit();
        return switch (tier.standing()) {
            case SERVERS, NOBODY -> by;
            case BACKUPS -> by | Reason.BACKUPS.bit();
            case UNCHECKED -> by | Reason.UNCHECKED.bit();
            case FALLBACK -> Reason.FALLBACK.bit();
        };
    }

    /** One on probation only where the tier has no other. */
    private int select(Scheduler scheduler, long clientHash) {
        load.passedOver = false;
        load.passesOver = true;
        int index = scheduler.select(clientHash, load);
        if (index != Scheduler.NONE || !load.passedOver) {
            return index;
        }
        load.passesOver = false;
        return scheduler.select(clientHash, load);
    }

    private int whyNobody(Tier tier) {
        int why = 0;
        for (int i = 0; i < tier.size(); i++) {
            int position = tier.position(i);
            if (facts.tried(position)) {
                why |= Reason.TRIED.bit();
            } else if (facts.maxConnections(position) > 0) {
                why |= Reason.FULL.bit();
            }
        }
        return why;
    }

    /** Below the maximum, which is enough for a client that the server knows. */
    private boolean hasRoom(int position) {
        int most = facts.maxConnections(position);
        return most == 0 || facts.connections(position) < most;
    }

    /** Below the maximum; and if that had been reached, down to the minimum first, so that it does not flutter. */
    private boolean hasRoomForNew(int position) {
        int most = facts.maxConnections(position);
        if (most == 0) {
            return true;
        }
        int now = facts.connections(position);
        return now < most && (now < facts.minConnections(position) || !facts.wasFull(position));
    }

    /** Whether it has a place that is due to others: to those who wait and would have it, did they know of it. */
    private boolean isAwaited(int position) {
        return facts.othersWait() && facts.maxConnections(position) > 0 && candidates.contains(position)
                && hasRoomForNew(position);
    }

    private static long packed(int server, int reasons) {
        return (long) reasons << 32 | (server & 0xFFFF_FFFFL);
    }

    /** The load of a tier's servers as its scheduler asks for it, by index among them. */
    private final class CandidateLoad implements Load {
        private Tier tier;
        /** Whether those on probation are not accepted, and whether there was such a one. */
        private boolean passesOver;
        private boolean passedOver;

        CandidateLoad(Tier tier) {
            this.tier = tier;
        }

        @Override
        public int connections(int index) {
            return facts.connections(tier.position(index));
        }

        @Override
        public boolean accepts(int index) {
            int position = tier.position(index);
            return hasRoomForNew(position) && !facts.tried(position)
                    && !(facts.othersWait() && facts.maxConnections(position) > 0) && !isPassedOver(position);
        }

        private boolean isPassedOver(int position) {
            if (!passesOver || !facts.isOnProbation(position)) {
                return false;
            }
            passedOver = true;
            return true;
        }
    }
}
