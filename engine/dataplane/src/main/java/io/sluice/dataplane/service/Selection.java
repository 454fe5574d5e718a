package io.sluice.dataplane.service;

import io.sluice.conntrack.AffinityTable;
import io.sluice.scheduler.ClientHash;
import io.sluice.scheduler.Decision;
import io.sluice.scheduler.Facts;
import io.sluice.scheduler.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Servers of one virtual service for one worker's clients: asks the affinity table, lets {@link Decision} decide and
 * takes the place. One worker's thread.
 */
public final class Selection implements Facts {
    private final AffinityTable affinity;
    private final Decision decision;
    private VirtualService service;
    /** For whom is being decided right now. */
    private @Nullable Client client;
    /** Bits of {@link Reason}: why the last decision fell as it did. */
    private int reasons;

    Selection(int worker, AffinityTable affinity, VirtualService service) {
        this.affinity = affinity;
        this.service = service;
        decision = new Decision(this, service.candidates(), worker);
    }

    /** Takes over a newer picture of the same service. */
    void update(VirtualService newer) {
        decision.update(newer.candidates()); // first, as it may fail: then all stays as it was
        service = newer;
    }

    /** The position in the service of a server for the client's next attempt, at which it has a place now; or -1. */
    public int take(Client one) {
        client = one;
        try {
            int position = choose(one);
            while (position >= 0 && !service.servers().get(position).takePlace()) {
                position = choose(one); // another worker took the last place meanwhile
            }
            return position;
        } finally {
            client = null;
        }
    }

    /** The position of a server that the client has had, with a place there; -1 where it may not have it any more. */
    public int takeAgain(Client one, long serverId) {
        client = one;
        try {
            int position = service.positionOf(serverId);
            return position >= 0 && decision.servesKnown(position)
                    && service.servers().get(position).takePlace() ? position : -1;
        } finally {
            client = null;
        }
    }

    /** The client uses its server: where it has an affinity entry, that counts as seen now. */
    void refresh(Client one) {
        AffinityRule rule = service.affinity();
        affinity.refresh(rule.group(), rule.maskHigh(one.clientHigh(), one.clientLow()),
                rule.maskLow(one.clientHigh(), one.clientLow()), rule.timeoutMs(), System.currentTimeMillis());
    }

    /** The client has this server: whatever name its service had, it comes back to it. */
    void remember(Client one, RealServer server) {
        AffinityRule rule = service.affinity();
        if (rule.enabled() && !server.fallback()) {
            affinity.lookupOrClaim(rule.group(), rule.maskHigh(one.clientHigh(), one.clientLow()),
                    rule.maskLow(one.clientHigh(), one.clientLow()), server.id(), rule.timeoutMs(),
                    System.currentTimeMillis());
        }
    }

    /** Where {@link #take} has just found nobody: whether it was for want of room. */
    public boolean wasFull() {
        return Reason.FULL.in(reasons);
    }

    private int choose(Client one) {
        AffinityRule rule = service.affinity();
        long high = rule.maskHigh(one.clientHigh(), one.clientLow());
        long low = rule.maskLow(one.clientHigh(), one.clientLow());
        long hash = ClientHash.OF_ADDRESS.ipv6(high, low);
        if (!rule.enabled()) {
            return decide(hash, Decision.NOT_KEPT);
        }
        long nowMs = System.currentTimeMillis();
        long known = affinity.refresh(rule.group(), high, low, rule.timeoutMs(), nowMs);
        int chosen = decide(hash, known == AffinityTable.NONE ? Decision.NO_ENTRY : entry(known));
        if (chosen < 0 || Reason.AFFINITY.in(reasons) || Reason.FALLBACK.in(reasons)) {
            return chosen; // the fallback is not a server to come back to
        }
        if (Reason.ENTRY_FULL.in(reasons)) {
            return chosen; // a detour: the next connection may find room where the client belongs
        }
        long id = service.servers().get(chosen).id();
        long agreed = known == AffinityTable.NONE
                ? affinity.lookupOrClaim(rule.group(), high, low, id, rule.timeoutMs(), nowMs)
                : affinity.replace(rule.group(), high, low, known, id, nowMs);
        int agreedPosition = agreed == id ? chosen : service.positionOf(agreed);
        // another worker may have claimed the client a moment ago: then its choice counts
        return agreedPosition >= 0 && decision.servesKnown(agreedPosition) ? agreedPosition : chosen;
    }

    private int decide(long hash, int entry) {
        long answer = decision.decide(hash, entry);
        reasons = Decision.reasons(answer);
        return Decision.server(answer);
    }

    private int entry(long serverId) {
        int position = service.positionOf(serverId);
        return position < 0 ? Decision.GONE : position;
    }

    // ---- what the decision may know ----

    @Override
    public int state(int position) {
        return service.servers().get(position).state();
    }

    @Override
    public int connections(int position) {
        return (int) service.servers().get(position).gauges().get(ServerColumn.CONNECTIONS);
    }

    @Override
    public int maxConnections(int position) {
        return service.servers().get(position).maxConnections();
    }

    @Override
    public int minConnections(int position) {
        return service.servers().get(position).minConnections();
    }

    @Override
    public boolean wasFull(int position) {
        return service.servers().get(position).gauges().get(ServerColumn.FULL) != 0;
    }

    @Override
    public boolean isOnProbation(int position) {
        return Probation.isOn(service.servers().get(position).gauges());
    }

    @Override
    public boolean tried(int position) {
        Client one = client;
        return one != null && one.hasTried(position);
    }

    @Override
    public boolean othersWait() {
        Client one = client;
        return one != null && one.givesWay();
    }
}
