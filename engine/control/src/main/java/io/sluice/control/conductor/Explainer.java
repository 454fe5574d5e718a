package io.sluice.control.conductor;

import io.sluice.conntrack.AffinityEntry;
import io.sluice.conntrack.Flow;
import io.sluice.conntrack.Protocol;
import io.sluice.control.api.AdminState;
import io.sluice.control.api.Explanation;
import io.sluice.control.api.Explanation.AffinityEntryReport;
import io.sluice.control.api.Explanation.Because;
import io.sluice.control.api.ServerHealth;
import io.sluice.control.conductor.state.ModelFacts;
import io.sluice.control.conductor.state.ServerModel;
import io.sluice.control.conductor.state.ServiceModel;
import io.sluice.control.config.model.ServiceConfiguration.WhenFull;
import io.sluice.dataplane.service.AffinityRule;
import io.sluice.dataplane.service.StableId;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.scheduler.Candidates;
import io.sluice.scheduler.Candidates.Standing;
import io.sluice.scheduler.ClientHash;
import io.sluice.scheduler.Decision;
import io.sluice.scheduler.Reason;
import io.sluice.scheduler.SchedulerKind;
import io.sluice.scheduler.ServerState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Tells which server a client gets, the way a worker decides it. Conductor's thread. */
final class Explainer {
    private final ServiceModel service;
    private final Ip client;
    private final @Nullable Flow live;
    private final AffinityLookup affinity;
    private final long nowNs;
    private final long nowMs;
    private final ModelFacts facts;
    private final Candidates candidates;
    private final List<String> reasons = new ArrayList<>();

    /** @param live what the client has with the service at the moment; null: nothing, or not asked for */
    Explainer(ServiceModel service, Ip client, @Nullable Flow live, AffinityLookup affinity, long nowNs,
            long nowMs) {
        this.service = service;
        this.client = client;
        this.live = live;
        this.affinity = affinity;
        this.nowNs = nowNs;
        this.nowMs = nowMs;
        facts = ModelFacts.of(service);
        candidates = facts.candidates(service, nowNs);
    }

    Explanation explain() {
        long high = client.high();
        long low = client.low();
        ServerModel current = current();
        if (current != null) {
            return explanation(current, Because.FLOW, null, ifFails(current, false));
        }
        if (!service.wiring().access().admits(high, low)) {
            reasons.add("the access list (allow, deny) of the service refuses " + client);
            return explanation(null, Because.DENIED, null, "nothing: the client is refused anyway");
        }
        AffinityRule rule = service.wiring().affinity();
        AffinityEntry entry = rule.enabled()
                ? affinity.find(rule.group(), rule.maskHigh(high, low), rule.maskLow(high, low))
                : null;
        AffinityEntryReport report = entry == null || entry.remainingMs(nowMs) <= 0 ? null : report(entry);
        int at = !rule.enabled()
                ? Decision.NOT_KEPT
                : entry == null ? Decision.NO_ENTRY : report == null ? Decision.EXPIRED : position(entry.serverId());
        return decided(new Decision(facts, candidates, 0).decide(hash(), at), at, report);
    }

    private Explanation decided(long answer, int entry, @Nullable AffinityEntryReport report) {
        int why = Decision.reasons(answer);
        tellOfEntry(why, entry);
        ServerModel server = server(answer);
        if (Reason.AFFINITY.in(why) && server != null) {
            return explanation(server, Because.AFFINITY, report, ifFails(server, true));
        }
        describeOthers(server);
        tellOfChoice(why, server);
        if (server == null) {
            return explanation(null, Because.NO_SERVER, report,
                    Reason.NO_SERVER.in(why) ? "nothing: no server serves" : "nothing: no server has room");
        }
        if (Reason.FALLBACK.in(why)) {
            return explanation(server, Because.FALLBACK, report, "the connection fails");
        }
        return explanation(server, Reason.HASH.in(why) ? Because.HASH : Because.SCHEDULER, report,
                ifFails(server, false));
    }

    /** The server of what it has at the moment. */
    private @Nullable ServerModel current() {
        Flow flow = live;
        if (flow == null) {
            return null;
        }
        String what = flow.protocol() == Protocol.UDP ? "session" : "connection";
        ServerModel server = service.servers().stream()
                .filter(one -> StableId.of(one.key().server()) == flow.serverId()).findFirst().orElse(null);
        if (server == null) {
            reasons.add(
                    "the client has a " + what + " with a server that is not configured any more; what follows is for"
                            + " its next one");
            return null;
        }
        reasons.add("the client has a " + what + " with " + server.key().server() + ", which is " + why(server)
                + ": begun " + words(nowMs - flow.createdMs()) + " ago, last used " + words(nowMs - flow.lastSeenMs())
                + " ago");
        return server;
    }

    private void tellOfEntry(int why, int entry) {
        if (Reason.NO_AFFINITY.in(why)) {
            reasons.add("the service keeps no affinity");
        } else if (Reason.NO_ENTRY.in(why) || Reason.ENTRY_EXPIRED.in(why)) {
            reasons.add("the client has no affinity entry");
        } else if (Reason.ENTRY_GONE.in(why)) {
            reasons.add("its affinity entry names a server that is no longer configured, so another one is chosen");
        } else if (Reason.ENTRY_OUTDONE.in(why)) {
            ServerModel lesser = facts.servers().get(entry);
            reasons.add(lesser.key().isFallback()
                    ? "its affinity entry names the fallback, so another one is chosen"
                    : "its affinity entry names " + lesser.key().server()
                            + ", which is a backup server, so another one is chosen and the entry changes");
        } else {
            ServerModel known = facts.servers().get(entry);
            String names = "its affinity entry names " + known.key().server() + ", which is ";
            if (Reason.ENTRY_FULL.in(why)) {
                boolean full = facts.connections(entry) >= facts.maxConnections(entry);
                reasons.add((full
                        ? names + "at max-connections " + known.configuration().maxConnections()
                        : "its affinity entry names " + known.key().server() + ", whose places others wait for")
                        + ", so another one is chosen");
            } else if (Reason.AFFINITY.in(why)) {
                reasons.add(names + why(known));
            } else {
                reasons.add(names + why(known) + ", so another one is chosen and the entry changes");
            }
            if (Reason.KNOWN_ONLY.in(why)) {
                reasons.add(known.key().server() + " takes no new clients, but serves those with an affinity entry");
            }
        }
    }

    private AffinityEntryReport report(AffinityEntry entry) {
        String server = service.servers().stream()
                .filter(one -> StableId.of(one.key().server()) == entry.serverId())
                .map(one -> one.key().server()).findFirst().orElse("?");
        reasons.add("the client has an affinity entry, " + words(nowMs - entry.createdMs()) + " old, last used "
                + words(nowMs - entry.lastSeenMs()) + " ago, valid for another " + words(entry.remainingMs(nowMs)));
        return new AffinityEntryReport(server, Instant.ofEpochMilli(entry.createdMs()),
                Instant.ofEpochMilli(entry.lastSeenMs()), entry.remainingMs(nowMs));
    }

    /** How it came about where the affinity entry did not decide. */
    private void tellOfChoice(int why, @Nullable ServerModel chosen) {
        tellOfStanding(why);
        SchedulerKind kind = candidates.kind();
        if (chosen == null || Reason.FULL.in(why)) {
            return;
        }
        if (Reason.HASH.in(why)) {
            reasons.add(kind.configName() + " over " + service.names(candidates) + " gives this client "
                    + chosen.key().server());
        } else if (Reason.SCHEDULER.in(why)) {
            reasons.add(kind.configName() + " over " + loads() + ": " + chosen.key().server()
                    + " is likeliest now; each worker takes its own turn");
        }
    }

    private void tellOfStanding(int why) {
        if (Reason.NO_SERVER.in(why)) {
            reasons.add("no server serves and there is no fallback: the connection is refused");
        } else if (candidates.standing() == Standing.FALLBACK) {
            reasons.add("no server serves, so the fallback does");
        } else if (candidates.standing() == Standing.BACKUPS) {
            reasons.add("no other server is up, so the backup servers serve");
        } else if (candidates.standing() == Standing.UNCHECKED) {
            reasons.add("no server is known to be up yet, so those not checked yet are tried");
        }
        if (Reason.FULL.in(why)) {
            reasons.add((facts.othersWait()
                    ? "others wait for a place already"
                    : "every server is at its max-connections") + tellOfOverflow(why));
        }
    }

    private String tellOfOverflow(int why) {
        if (Reason.FALLBACK.in(why)) {
            return ", so the fallback serves (when-full: backup)";
        }
        if (Reason.BACKUPS.in(why)) {
            return ", so a backup server serves (when-full: backup)";
        }
        if (Reason.UNCHECKED.in(why)) {
            return ", so one that was not checked yet is tried (when-full: backup)";
        }
        return service.configuration().whenFull() == WhenFull.REFUSE
                ? ": the connection is refused (when-full: refuse)"
                : "";
    }

    @SuppressWarnings("ReferenceEquality") // a server is its model
    private void describeOthers(@Nullable ServerModel chosen) {
        for (int i = 0; i < facts.servers().size(); i++) {
            ServerModel server = facts.servers().get(i);
            if (!candidates.contains(i) && !server.key().isFallback() && server != chosen) {
                reasons.add(server.key().server() + " is not considered: it is "
                        + (facts.state(i) == ServerState.BACKUP ? "a backup server" : why(server)));
            }
        }
    }

    private static String why(ServerModel server) {
        String whose = server.adminInForce() == server.admin() ? "" : " by its agent";
        if (server.adminInForce() == AdminState.HALT) {
            return "halted" + whose;
        }
        if (ServerState.is(server.state(), ServerState.HALTED)) {
            return "drained for longer than timeouts.drain" + whose;
        }
        if (server.health() == ServerHealth.DOWN) {
            return ServerHealth.DOWN.word() + " (" + server.detail() + ")";
        }
        if (server.adminInForce() == AdminState.DRAIN) {
            return "draining" + whose;
        }
        if (server.weight() == 0) {
            return "of weight 0";
        }
        return server.health() == ServerHealth.UP ? ServerHealth.UP.word() : "not checked yet";
    }

    private String ifFails(ServerModel server, boolean pinned) {
        String established = service.wiring().severOnServerDown()
                ? "established connections are reset (on-server-down: reset)"
                : "established connections are left alone (on-server-down: keep)";
        ModelFacts then = facts.without(server);
        Candidates left = then.candidates(service, nowNs);
        if (left.standing() == Standing.FALLBACK) {
            return established + "; new ones go to the fallback";
        }
        if (left.standing() == Standing.NOBODY) {
            return established + "; new ones are refused: no other server serves";
        }
        long answer = new Decision(then, left, 0).decide(hash(), Decision.NO_ENTRY);
        ServerModel next = server(answer);
        String to = Reason.HASH.in(Decision.reasons(answer)) && next != null
                ? next.key().server()
                : service.names(left);
        return established + "; the client's next connection goes to " + to
                + (pinned || service.wiring().affinity().enabled() ? ", and its affinity with it" : "");
    }

    private long hash() {
        AffinityRule rule = service.wiring().affinity();
        long high = client.high();
        long low = client.low();
        return ClientHash.OF_ADDRESS.ipv6(rule.maskHigh(high, low), rule.maskLow(high, low));
    }

    /** The server that an answer names; null: none. */
    private @Nullable ServerModel server(long answer) {
        int position = Decision.server(answer);
        return position == Decision.NOBODY ? null : facts.servers().get(position);
    }

    /** Where the server of an affinity entry stands. */
    private int position(long serverId) {
        for (int i = 0; i < facts.servers().size(); i++) {
            if (StableId.of(facts.servers().get(i).key().server()) == serverId) {
                return i;
            }
        }
        return Decision.GONE;
    }

    private String loads() {
        return IntStream.range(0, candidates.size()).map(candidates::position)
                .mapToObj(i -> facts.servers().get(i).key().server() + " (weight "
                        + facts.servers().get(i).rampedWeight(nowNs, service.slowStartNs()) + ", "
                        + facts.connections(i) + " connections)")
                .collect(Collectors.joining(", "));
    }

    private Explanation explanation(@Nullable ServerModel server, Because because,
            @Nullable AffinityEntryReport report, String ifItFails) {
        return new Explanation(client.toString(), service.name(), server == null ? null : server.key().server(),
                server == null ? null : server.configuration().address().toString(), because, report, reasons,
                ifItFails);
    }

    /** {@code 6m 12s}. */
    private static String words(long ms) {
        Duration duration = Duration.ofMillis(Math.max(0, ms));
        if (duration.toHours() > 0) {
            return duration.toHours() + "h " + duration.toMinutesPart() + "m";
        }
        return duration.toMinutes() > 0
                ? duration.toMinutes() + "m " + duration.toSecondsPart() + "s"
                : duration.toSeconds() + "s";
    }
}
