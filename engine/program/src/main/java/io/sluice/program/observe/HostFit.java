package io.sluice.program.observe;

import io.sluice.control.config.checks.Examination;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.Listen;
import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.yaml.Problem;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.IpRange;
import io.sluice.tuning.check.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether this host has what a file names: addresses to listen on and to connect from, routes to servers, and what
 * brings their answers to a transparent service. For one reading of one file, on the thread that reads it.
 */
public final class HostFit implements Examination {
    /** Nobody's, to ask the kernel what it would do with an answer to a client (RFC 5737, RFC 3849). */
    private static final Ip SOMEBODY_V4 = Ip.parse("198.51.100.1");
    private static final Ip SOMEBODY_V6 = Ip.parse("2001:db8::1");
    /** Of a pool; looking at each of a /64 would take for ever. */
    private static final int MOST_ADDRESSES = 256;
    /** Asking for each costs a child of this process. */
    private static final int MOST_ANSWERS = 32;
    private static final String TABLE = "100";

    private final HostNetwork host = new HostNetwork();
    private final List<Usage.Lack> lacks = new ArrayList<>();
    private final Map<Ip, Boolean> answered = new HashMap<>();

    /** What was found lacking, for the doctor. */
    public List<Usage.Lack> lacks() {
        return List.copyOf(lacks);
    }

    @Override
    public void examine(Configuration configuration, Places places) {
        // the other node, or the other hosts, may have it now
        boolean addressesMove = configuration.highAvailability() != null || configuration.cluster() != null;
        for (ServiceConfiguration service : configuration.services()) {
            if (service.packetLevel()) {
                continue; // packets are taken from an interface, whatever addresses the host has
            }
            if (!addressesMove) {
                listens(service, places);
            }
            sources(service, addressesMove, places);
            routes(service, places);
            if (service.transparent()) {
                answers(service, places);
            }
        }
    }

    private void listens(ServiceConfiguration service, Places places) {
        for (int i = 0; i < service.listens().size(); i++) {
            Listen listen = service.listens().get(i);
            if (!host.has(listen.address())) {
                tell(new Missing("listen-address", "no address " + listen.address(), "the address",
                        "ip address add " + host.home(listen.address()), "listen: this host has no address "
                                + listen.address()),
                        places, i, "services", service.name(), "listen");
            }
        }
    }

    private void sources(ServiceConfiguration service, boolean addressesMove, Places places) {
        for (int i = 0; i < service.sourceAddress().size(); i++) {
            IpRange range = service.sourceAddress().get(i);
            List<Ip> missing = addressesMove ? List.of() : missing(range);
            if (!missing.isEmpty()) {
                String which = missing.size() == 1
                        ? "no address " + missing.getFirst()
                        : "not " + missing.size() + " of the addresses " + range + ", the first: "
                                + missing.getFirst();
                tell(new Missing("source-address", which, "the addresses of the pool",
                        "ip address add " + host.home(missing.getFirst()), "source-address: this host has " + which),
                        places, i, "services", service.name(), "source-address");
            }
        }
    }

    private List<Ip> missing(IpRange range) {
        List<Ip> missing = new ArrayList<>();
        Ip next = range.first();
        for (int i = 0; i < MOST_ADDRESSES; i++) {
            if (!host.has(next)) {
                missing.add(next);
            }
            if (next.equals(range.last())) {
                break;
            }
            next = next.plus(1);
        }
        return missing;
    }

    private void routes(ServiceConfiguration service, Places places) {
        for (ServerConfiguration server : service.servers()) {
            Ip address = server.address().address();
            route(service, address, "server '" + server.name() + "'", places, "services", service.name(), "servers",
                    server.name(), "address");
        }
        Endpoint fallback = service.fallback();
        if (fallback != null) {
            route(service, fallback.address(), "fallback", places, "services", service.name(), "fallback");
        }
    }

    private void route(ServiceConfiguration service, Ip to, String whose, Places places, String... path) {
        Ip from = service.transparent() ? null : source(service, to);
        host.noRoute(to, from).ifPresent(why -> tell(new Missing("server-route", "no route to " + to
                + (from == null ? "" : " from " + from) + " (" + why + ")", "a route",
                "ip route add " + to + (to.isV4() ? "/32" : "/128") + " via GATEWAY",
                whose + ": this host has no route to " + to + (from == null ? "" : " from " + from)), places, 0, path));
    }

    /** The first of the pool that a connection to there may leave from, where the host has it. */
    private @Nullable Ip source(ServiceConfiguration service, Ip to) {
        return service.sourceAddress().stream().map(IpRange::first).filter(first -> first.sameFamily(to))
                .filter(host::has).findFirst().orElse(null);
    }

    /** Whether what servers answer to a client's address comes to this process. */
    private void answers(ServiceConfiguration service, Places places) {
        for (ServerConfiguration server : service.servers()) {
            Ip address = server.address().address();
            if (answered.size() >= MOST_ANSWERS || answered.putIfAbsent(address, true) != null) {
                continue;
            }
            String behind = host.interfaceTowards(address).orElse("lo");
            if (behind.equals("lo")) {
                continue; // on this host, or without a route, which has been told
            }
            Ip somebody = address.isV4() ? SOMEBODY_V4 : SOMEBODY_V6;
            if (host.delivers(address, somebody, behind) == HostNetwork.Delivery.ELSEWHERE) {
                tell(new Missing("transparent-route", "answers of " + address + " on " + behind
                        + " to clients' addresses are not delivered here", "a rule and a local route for them",
                        mend(address, behind), "transparent: what server '" + server.name()
                                + "' answers to a client's address is not delivered here"),
                        places, 0, "services", service.name(), "transparent");
            }
        }
    }

    /** What is not there yet of rule and route. */
    private String mend(Ip server, String behind) {
        String ip = server.isV4() ? "ip" : "ip -6";
        String ruled = host.tableFrom(behind, server).orElse(null);
        String table = ruled == null ? TABLE : ruled;
        String rule = ip + " rule add from " + server + (server.isV4() ? "/32" : "/128") + " iif " + behind
                + " lookup " + table;
        String route = ip + " route add local default dev lo table " + table;
        boolean routed = host.isLocal(table, server);
        return ruled != null && !routed ? route : routed ? rule : rule + "; " + route;
    }

    /**
     * Something that is not there.
     *
     * @param check the doctor's
     * @param remark for the log, without what mends it
     */
    private record Missing(String check, String current, String wanted, String command, String remark) {
    }

    private void tell(Missing missing, Places places, int item, String... path) {
        Problem problem = places.warning(missing.remark + " (to mend: " + missing.command + ")", item, path);
        lacks.add(new Usage.Lack(missing.check, problem.file() + ":" + problem.line() + ":" + problem.column(),
                missing.current, missing.wanted, missing.command));
    }
}
