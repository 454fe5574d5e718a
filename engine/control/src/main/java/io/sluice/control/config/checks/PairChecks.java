package io.sluice.control.config.checks;

import io.sluice.control.config.model.HighAvailability;
import io.sluice.control.config.model.Listen;
import io.sluice.control.config.model.ServiceConfiguration;

/** Whether the two nodes of a pair can tell and reach each other, and own the virtual addresses. */
final class PairChecks {
    private static final String PAIR = "high-availability";

    private PairChecks() {
    }

    static void run(HighAvailability pair, Look look) {
        if (pair.node().equals(pair.peer().name())) {
            look.error("name: the peer has this node's own name, '" + pair.node() + "' (allowed: another name)", PAIR,
                    "peer", "name");
        }
        if (pair.address().equals(pair.peer().address())) {
            look.error("address: the peer has this node's own address, " + pair.address()
                    + " (allowed: another address)", PAIR, "peer", "address");
        } else if (!pair.address().sameFamily(pair.peer().address())) {
            look.error("address: the nodes' addresses are of different IP versions (allowed: the same version)", PAIR,
                    "peer", "address");
        }
        if (pair.heartbeat().deadAfter().compareTo(pair.heartbeat().interval().multipliedBy(2)) < 0) {
            look.error("dead-after: shorter than two intervals, so one lost heartbeat would look like a dead node "
                    + "(allowed: at least twice the interval)", PAIR, "heartbeat", "dead-after");
        }
        for (ServiceConfiguration service : look.configuration().services()) {
            checkVirtualAddress(pair, service, look);
        }
    }

    private static void checkVirtualAddress(HighAvailability pair, ServiceConfiguration service, Look look) {
        for (int i = 0; i < service.listens().size(); i++) {
            Listen listen = service.listens().get(i);
            if (listen.wildcard()) {
                look.warning("listen: '" + listen + "' is no virtual address that could move to the other node",
                        "services", service.name(), "listen");
            } else if (listen.address().equals(pair.address()) || listen.address().equals(pair.peer().address())) {
                look.error(look.item(i, "services", service.name(), "listen"), "listen: '" + listen
                        + "' is a node's own address, which cannot move (allowed: an address that neither node has)");
            }
        }
        boolean known = look.source().has(PAIR, "interface")
                || look.source().has("services", service.name(), "interface");
        if (!known && service.listens().stream().noneMatch(Listen::wildcard)) {
            look.errorAtKey(
                    "service '" + service.name() + "' lacks 'interface', where its address is put on the active "
                            + "node (allowed: 'interface' here or in 'high-availability')",
                    "services", service.name());
        }
    }
}
