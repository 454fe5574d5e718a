package io.sluice.control.config.checks;

import io.sluice.conntrack.Protocol;
import io.sluice.control.config.model.Listen;
import io.sluice.control.config.model.PortSet;
import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.ringbuffers.ip.Endpoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Finds traffic that comes back to the service it left, by whatever servers, fallbacks and other services: one client
 * would become connections without end. Owned by the thread that checks.
 *
 * <p>A service is followed with the ports it was reached at, since a server without a port passes them on: what comes
 * back at another port is no loop.
 */
final class Loops {
    /** Places visited for each service; only a file made to exhaust the search comes near. */
    private static final int EFFORT = 1_000;

    private record Place(int service, PortSet ports) {
    }

    /** One way out of a service. */
    private record Way(String who, Endpoint to, String[] path) {
    }

    private record Step(Way way, Place to, Listeners.Reached reached) {
    }

    /** A place on the way and what remains to be followed from it. */
    private static final class Visit {
        private final Place place;
        private final Iterator<Step> rest;

        Visit(Place place, List<Step> steps) {
            this.place = place;
            this.rest = steps.iterator();
        }
    }

    private final Look look;
    private final List<ServiceConfiguration> services;
    private final Listeners listeners;
    private final Set<Place> seen = new HashSet<>();

    private Loops(Look look) {
        this.look = look;
        this.services = look.configuration().services();
        this.listeners = new Listeners(look.configuration());
    }

    static void run(Look look) {
        var loops = new Loops(look);
        for (int i = 0; i < loops.services.size(); i++) {
            loops.follow(new Place(i, ports(loops.services.get(i))));
        }
    }

    private static PortSet ports(ServiceConfiguration service) {
        return new PortSet(
                service.listens().stream().map(Listen::ports).flatMap(ports -> ports.ranges().stream()).toList());
    }

    /** Depth first, without recursion: a file may chain any number of services. */
    private void follow(Place start) {
        if (!seen.add(start)) {
            return;
        }
        Deque<Visit> open = new ArrayDeque<>();
        List<Step> taken = new ArrayList<>();
        Set<Place> above = new HashSet<>(Set.of(start));
        open.push(new Visit(start, steps(start)));
        while (!open.isEmpty()) {
            Visit visit = open.element();
            if (!visit.rest.hasNext()) {
                open.pop();
                above.remove(visit.place);
                if (!taken.isEmpty()) {
                    taken.removeLast();
                }
                continue;
            }
            Step step = visit.rest.next();
            if (above.contains(step.to)) {
                tell(loop(taken, step));
            } else if (seen.size() < EFFORT * services.size() && seen.add(step.to)) {
                taken.add(step);
                above.add(step.to);
                open.push(new Visit(step.to, steps(step.to)));
            }
        }
    }

    private List<Step> steps(Place from) {
        ServiceConfiguration service = services.get(from.service);
        var steps = new ArrayList<Step>();
        for (Way way : ways(service)) {
            PortSet ports = way.to.port() == 0 ? from.ports : PortSet.of(way.to.port());
            for (Listeners.Reached reached : listeners.reachedBy(service.protocol(), way.to.address(), ports)) {
                steps.add(new Step(way, new Place(reached.service(), reached.ports()), reached));
            }
        }
        return steps;
    }

    private static List<Way> ways(ServiceConfiguration service) {
        var ways = new ArrayList<Way>();
        for (ServerConfiguration server : service.servers()) {
            ways.add(new Way("address: server '" + server.name() + "'", server.address(),
                    new String[]{"services", service.name(), "servers", server.name(), "address"}));
        }
        Endpoint fallback = service.fallback();
        if (fallback != null) {
            ways.add(new Way("fallback: '" + fallback + "'", fallback,
                    new String[]{"services", service.name(), "fallback"}));
        }
        return ways;
    }

    /** The steps from the place that the last one leads to, the last one included. */
    private static List<Step> loop(List<Step> taken, Step last) {
        int first = taken.size();
        while (first > 0 && !taken.get(first - 1).to.equals(last.to)) {
            first--;
        }
        List<Step> loop = new ArrayList<>(taken.subList(first, taken.size()));
        loop.add(last);
        return loop;
    }

    private void tell(List<Step> loop) {
        Step last = loop.getLast();
        ServiceConfiguration service = services.get(last.to.service);
        String found = last.way.who;
        if (loop.size() == 1) {
            found += " is the virtual service itself (" + last.reached.listen() + local(last);
        } else {
            var text = new StringBuilder(named(service));
            for (Step step : loop) {
                text.append(" -> ").append(step.way.to).append(" -> ").append(named(services.get(step.to.service)));
                if (!step.equals(last)) {
                    text.append(" (line ").append(look.lineOfKey("services", services.get(step.to.service).name()))
                            .append(')');
                }
                text.append(local(step));
            }
            found += " closes a loop, in which " + (service.protocol() == Protocol.UDP ? "a datagram" : "a connection")
                    + " would go round without end (" + text;
        }
        look.error(found + "; allowed: the address of another program)", last.way.path);
    }

    private static String named(ServiceConfiguration service) {
        return "service '" + service.name() + "'";
    }

    private static String local(Step step) {
        return step.reached.listen().wildcard() ? ", which takes every address of this host" : "";
    }
}
