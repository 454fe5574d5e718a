package io.sluice.control.conductor;

import io.sluice.conntrack.AffinityEntry;
import io.sluice.conntrack.Flow;
import io.sluice.control.api.AdminState;
import io.sluice.control.api.Explanation;
import io.sluice.control.api.Explanation.AffinityEntryReport;
import io.sluice.control.api.Explanation.Because;
import io.sluice.control.api.ServerHealth;
import io.sluice.control.conductor.state.Eligible;
import io.sluice.control.conductor.state.ServerModel;
import io.sluice.control.conductor.state.ServiceModel;
import io.sluice.control.config.model.Addresses;
import io.sluice.dataplane.service.AffinityRule;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.RealServer.Admission;
import io.sluice.dataplane.service.ServerColumn;
import io.sluice.dataplane.service.StableId;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;
import io.sluice.scheduler.ClientHash;
import io.sluice.scheduler.Load;
import io.sluice.scheduler.Scheduler;
import io.sluice.scheduler.SchedulerKind;
import io.sluice.scheduler.SchedulerPlan;
import io.sluice.scheduler.ServerId;
import io.sluice.scheduler.ServerSet;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells which server a client gets, the way a worker decides it. Conductor's thread. */
final class Explainer {
    private final ServiceModel service;
    private final InetAddress client;
    private final @Nullable Flow live;
    private final AffinityLookup affinity;
    private final long nowNs;
    private final long nowMs;
    private final List<String> reasons = new ArrayList<>();

    /** @param live what the client has with the service at the moment; null: nothing, or not asked for */
    Explainer(ServiceModel service, InetAddress client, @Nullable Flow live, AffinityLookup affinity, long nowNs,
            long nowMs) {
        this.service = service;
        this.client = client;
        this.live = live;
        this.affinity = affinity;
        this.nowNs = nowNs;
        this.nowMs = nowMs;
    }

    Explanation explain() {
        long high = SocketAddress.high(client);
        long low = SocketAddress.low(client);
        ServerModel current = current();
        if (current != null) {
            return explanation(current, Because.FLOW, null, ifFails(current, false));
        }
        if (!service.wiring().access().admits(high, low)) {
            reasons.add("the access list (allow, deny) of the service refuses " + Addresses.text(client));
            return explanation(null, Because.DENIED, null, "nothing: the client is refused anyway");
        }
        AffinityRule rule = service.wiring().affinity();
        AffinityEntry entry = rule.enabled()
                ? affinity.find(rule.group(), rule.maskHigh(high, low), rule.maskLow(high, low))
                : null;
        AffinityEntryReport report = entry == null || entry.remainingMs(nowMs) <= 0 ? null : report(entry);
        if (!rule.enabled()) {
            reasons.add("the service keeps no affinity");
        } else if (report == null) {
            reasons.add("the client has no affinity entry");
        } else {
            ServerModel known = known(report.server());
            if (known != null) {
                return explanation(known, Because.AFFINITY, report, ifFails(known, true));
            }
        }
        return scheduled(report);
    }

    /** The server of what it has at the moment. */
    private @Nullable ServerModel current() {
        Flow flow = live;
        if (flow == null) {
            return null;
        }
        String what = flow.protocol() == Sockets.IPPROTO_UDP ? "session" : "connection";
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

    /** The server of the entry, if it serves the client. */
    private @Nullable ServerModel known(String name) {
        Optional<ServerModel> server = service.server(name);
        if (server.isEmpty()) {
            reasons.add("its affinity entry names a server that is no longer configured, so another one is chosen");
            return null;
        }
        ServerModel known = server.get();
        if (known.admission() == Admission.NONE) {
            reasons.add("its affinity entry names " + name + ", which is " + why(known)
                    + ", so another one is chosen and the entry changes");
            return null;
        }
        if (!hasRoom(known)) {
            reasons.add("its affinity entry names " + name + ", which is at max-connections "
                    + known.configuration().maxConnections() + ", so another one is chosen");
            return null;
        }
        reasons.add("its affinity entry names " + name + ", which is " + why(known));
        if (known.admission() == Admission.KNOWN) {
            reasons.add(name + " takes no new clients, but serves those with an affinity entry");
        }
        return known;
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

    private Explanation scheduled(@Nullable AffinityEntryReport report) {
        List<ServerModel> eligible = Eligible.of(service).servers();
        describeOthers(eligible);
        switch (Eligible.of(service).standing()) {
            case NOBODY -> {
                reasons.add("no server serves and there is no fallback: the connection is refused");
                return explanation(null, Because.NO_SERVER, report, "nothing: no server serves");
            }
            case FALLBACK -> {
                reasons.add("no server serves, so the fallback does");
                return explanation(service.fallback(), Because.FALLBACK, report, "the connection fails");
            }
            case BACKUPS -> reasons.add("no other server is up, so the backup servers serve");
            case UNCHECKED -> reasons.add("no server is known to be up yet, so those not checked yet are tried");
            case SERVERS -> {
                // the usual case needs no word
            }
        }
        SchedulerKind kind = service.configuration().scheduler();
        ServerModel chosen = select(eligible);
        if (chosen == null) {
            reasons.add("every server is at its max-connections");
            return explanation(null, Because.NO_SERVER, report, "nothing: no server has room");
        }
        String name = chosen.key().server();
        if (kind.followsClient()) {
            reasons.add(kind.configName() + " over " + names(eligible) + " gives this client " + name);
        } else {
            reasons.add(kind.configName() + " over " + loads(eligible) + ": " + name
                    + " is likeliest now; each worker takes its own turn");
        }
        return explanation(chosen, kind.followsClient() ? Because.HASH : Because.SCHEDULER, report,
                ifFails(chosen, false));
    }

    private void describeOthers(List<ServerModel> eligible) {
        for (ServerModel server : service.servers()) {
            if (!eligible.contains(server)) {
                boolean waits = server.configuration().backup() && server.health() == ServerHealth.UP
                        && server.takesNewClients();
                reasons.add(server.key().server() + " is not considered: it is "
                        + (waits ? "a backup server" : why(server)));
            }
        }
    }

    private static String why(ServerModel server) {
        if (server.admin() == AdminState.HALT) {
            return "halted";
        }
        if (server.health() == ServerHealth.DOWN) {
            return "down (" + server.detail() + ")";
        }
        if (server.admin() == AdminState.DRAIN) {
            return "draining";
        }
        if (server.weight() == 0) {
            return "of weight 0";
        }
        return server.health() == ServerHealth.UP ? "up" : "not checked yet";
    }

    private String ifFails(ServerModel server, boolean pinned) {
        List<ServerModel> without = eligibleWithout(server);
        String established = service.wiring().severOnServerDown()
                ? "established connections are reset (on-server-down: reset)"
                : "established connections are left alone (on-server-down: keep)";
        String fallback = service.fallback() == null ? "; new ones are refused: no other server serves" : "";
        if (without.isEmpty()) {
            return established + (fallback.isEmpty() ? "; new ones go to the fallback" : fallback);
        }
        ServerModel next = select(without);
        String to = service.configuration().scheduler().followsClient() && next != null
                ? next.key().server()
                : names(without);
        return established + "; the client's next connection goes to " + to
                + (pinned || service.wiring().affinity().enabled() ? ", and its affinity with it" : "");
    }

    /** Who would be eligible if that server were down. */
    private List<ServerModel> eligibleWithout(ServerModel failed) {
        List<ServerModel> rest = service.servers().stream().filter(server -> server != failed).toList();
        return Eligible.of(rest, null).servers();
    }

    private @Nullable ServerModel select(List<ServerModel> eligible) {
        ServerSet set = new ServerSet(eligible.stream().mapToLong(Explainer::id).toArray(),
                eligible.stream().mapToInt(server -> server.rampedWeight(nowNs, service.slowStartNs())).toArray());
        AffinityRule rule = service.wiring().affinity();
        long high = SocketAddress.high(client);
        long low = SocketAddress.low(client);
        long hash = ClientHash.OF_ADDRESS.ipv6(rule.maskHigh(high, low), rule.maskLow(high, low));
        int index = SchedulerPlan.of(service.configuration().scheduler(), set).forWorker(0).select(hash,
                new Load() {
                    @Override
                    public int connections(int at) {
                        return connectionsOf(eligible.get(at));
                    }

                    @Override
                    public boolean accepts(int at) {
                        return takesNew(eligible.get(at));
                    }
                });
        return index == Scheduler.NONE ? null : eligible.get(index);
    }

    private static long id(ServerModel server) {
        var address = server.configuration().address();
        return ServerId.of(address.getAddress(), address.getPort());
    }

    private static int connectionsOf(ServerModel server) {
        return (int) server.rows().gauges().get(ServerColumn.CONNECTIONS);
    }

    private static boolean hasRoom(ServerModel server) {
        int most = server.configuration().maxConnections();
        return most == 0 || connectionsOf(server) < most;
    }

    private static boolean takesNew(ServerModel server) {
        return RealServer.takesNew(server.rows().gauges(), server.configuration().maxConnections(),
                server.configuration().minConnections());
    }

    private static String names(List<ServerModel> servers) {
        return servers.stream().map(server -> server.key().server()).collect(Collectors.joining(", "));
    }

    private String loads(List<ServerModel> servers) {
        return servers.stream()
                .map(server -> server.key().server() + " (weight " + server.rampedWeight(nowNs, service.slowStartNs())
                        + ", " + connectionsOf(server) + " connections)")
                .collect(Collectors.joining(", "));
    }

    private Explanation explanation(@Nullable ServerModel server, Because because,
            @Nullable AffinityEntryReport report, String ifItFails) {
        return new Explanation(Addresses.text(client), service.name(), server == null ? null : server.key().server(),
                server == null ? null : Addresses.text(server.configuration().address()), because, report, reasons,
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
