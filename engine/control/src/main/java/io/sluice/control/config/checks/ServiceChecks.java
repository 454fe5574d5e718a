package io.sluice.control.config.checks;

import io.sluice.conntrack.Mode;
import io.sluice.conntrack.Protocol;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.Listen;
import io.sluice.control.config.model.ProxyProtocol;
import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.config.model.ServiceConfiguration.WhenFull;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.IpRange;
import io.sluice.ringbuffers.ip.Prefix;
import java.util.Set;

/** Whether the parts of one virtual service fit each other. */
final class ServiceChecks {
    /** Of those that nobody answers at: SNMP traps, syslog, NetFlow, IPFIX, sFlow, statsd, GELF, collectd. */
    private static final Set<Integer> ONE_WAY_PORTS = Set.of(162, 514, 2055, 4739, 6343, 8125, 12201, 25826);

    private ServiceChecks() {
    }

    static void run(ServiceConfiguration service, Look look) {
        checkMode(service, look);
        checkSource(service, look);
        checkProxyProtocol(service, look);
        checkLimits(service, look);
        checkFullness(service, look);
        checkTimeouts(service, look);
        checkAccess(service, look);
        checkResponses(service, look);
    }

    private static void checkMode(ServiceConfiguration service, Look look) {
        String name = service.name();
        Mode mode = service.mode();
        if (service.protocol() == Protocol.UDP && mode == Mode.PROXY) {
            look.error("mode: 'proxy' relays TCP connections, but this service carries udp: did you mean 'snat'? "
                    + "(allowed: snat, nat, dr)", "services", name, "mode");
        }
        if (!service.packetLevel()) {
            return;
        }
        if (service.networkInterface() == null && !look.source().has("services", name, "interface")
                && !look.source().has("high-availability", "interface")) {
            look.error("mode: '" + mode.word() + "' with protocol: " + service.protocol().word()
                    + " works on packets and needs to know where (allowed: 'interface' in this service or in "
                    + "'high-availability')", "services", name, "mode");
        }
        for (int i = 0; i < service.listens().size(); i++) {
            if (service.listens().get(i).wildcard()) {
                look.error(look.item(i, "services", name, "listen"), "listen: '" + service.listens().get(i)
                        + "' means every address, but mode: " + mode.word()
                        + " needs the virtual address (allowed: one "
                        + "address)");
            }
        }
        for (ServerConfiguration server : service.servers()) {
            checkPacketServer(service, server, look);
        }
    }

    private static void checkPacketServer(ServiceConfiguration service, ServerConfiguration server, Look look) {
        Ip ip = server.address().address();
        for (Listen listen : service.listens()) {
            if (!listen.address().sameFamily(ip)) {
                look.error("address: the server and '" + listen + "' are of different IP versions, which mode: "
                        + service.mode().word() + " cannot translate (allowed: the same version)", "services",
                        service.name(), "servers", server.name(), "address");
                return;
            }
            int port = server.address().port();
            if (service.mode() == Mode.DR && port != 0
                    && !(listen.ports().size() == 1 && listen.ports().first() == port)) {
                look.error(
                        "address: port " + port + " differs from '" + listen + "', but mode: dr leaves the port as it "
                                + "is (allowed: the address without a port)",
                        "services", service.name(), "servers", server.name(),
                        "address");
                return;
            }
        }
    }

    private static void checkSource(ServiceConfiguration service, Look look) {
        String name = service.name();
        if (service.transparent() && !service.sourceAddress().isEmpty()) {
            look.error(
                    "source-address: the servers see the client's address, as 'transparent' says (allowed: one of the "
                            + "two)",
                    "services", name, "source-address");
        }
        for (int i = 0; i < service.sourceAddress().size(); i++) {
            IpRange range = service.sourceAddress().get(i);
            for (int j = 0; j < i; j++) {
                if (range.overlaps(service.sourceAddress().get(j))) {
                    look.error(look.item(i, "services", name, "source-address"), "source-address: '" + range
                            + "' overlaps '" + service.sourceAddress().get(j) + "' (allowed: each address once)");
                }
            }
        }
        for (ServerConfiguration server : service.servers()) {
            Ip address = server.address().address();
            if (!service.sourceAddress().isEmpty()
                    && service.sourceAddress().stream().noneMatch(range -> range.first().sameFamily(address))) {
                look.error("source-address: no address of the IP version of server '" + server.name()
                        + "' (allowed: at least one)", "services", name, "source-address");
                return;
            }
        }
    }

    private static void checkProxyProtocol(ServiceConfiguration service, Look look) {
        ProxyProtocol proxy = service.proxyProtocol();
        String name = service.name();
        if (proxy.accept() && proxy.trusted().isEmpty()) {
            look.error("accept: nobody is trusted to send a header (allowed: with 'trusted', the networks of the "
                    + "balancers in front)", "services", name, "proxy-protocol", "accept");
        }
        if (!proxy.accept() && !proxy.trusted().isEmpty()) {
            look.warning("trusted: headers are not accepted: did you mean 'accept: true' as well?", "services", name,
                    "proxy-protocol", "trusted");
        }
        if (service.protocol() == Protocol.UDP && proxy.send() == ProxyProtocol.Send.V1) {
            look.error("send: 'v1' knows no udp: did you mean 'v2'? (allowed: none, v2)", "services", name,
                    "proxy-protocol", "send");
        }
    }

    private static void checkLimits(ServiceConfiguration service, Look look) {
        String name = service.name();
        if (service.maxConnections() > 0 && service.maxConnectionsPerSource() > service.maxConnections()) {
            look.warning("max-connections-per-source: " + service.maxConnectionsPerSource() + " is never reached, "
                    + "max-connections is " + service.maxConnections(), "services", name, "max-connections-per-source");
        }
        if (service.maxConnections() > look.configuration().tables().connections()) {
            look.warning("max-connections: " + service.maxConnections() + " is more than tables.connections ("
                    + look.configuration().tables().connections() + ") can track", "services", name, "max-connections");
        }
    }

    private static void checkFullness(ServiceConfiguration service, Look look) {
        String name = service.name();
        boolean limited = service.servers().stream().anyMatch(server -> server.maxConnections() > 0);
        for (String key : new String[]{"queue", "when-full"}) {
            if (!limited && look.source().has("services", name, key)) {
                look.warning(key + ": has no effect: no server has max-connections", "services", name, key);
            }
        }
        if (!limited) {
            return;
        }
        if (service.whenFull() == WhenFull.REFUSE && look.source().has("services", name, "queue")) {
            look.warning("queue: has no effect with when-full: refuse", "services", name, "queue");
        }
        if (service.whenFull() == WhenFull.QUEUE && service.protocol() == Protocol.UDP
                && look.source().has("services", name, "when-full")) {
            look.warning("when-full: 'queue' means refuse with protocol: udp, where nobody waits", "services", name,
                    "when-full");
        }
        if (service.whenFull() == WhenFull.BACKUP && service.fallback() == null
                && service.servers().stream().noneMatch(ServerConfiguration::backup)) {
            look.warning("when-full: 'backup' has no effect: there is neither a server with backup: true nor a "
                    + "fallback", "services", name, "when-full");
        }
    }

    private static void checkTimeouts(ServiceConfiguration service, Look look) {
        boolean udp = service.protocol() == Protocol.UDP;
        for (String key : udp ? new String[]{"connect", "idle", "half-closed"} : new String[]{"udp-session"}) {
            if (look.source().has("services", service.name(), "timeouts", key)) {
                look.warning(key + ": has no effect with protocol: " + service.protocol().word(), "services",
                        service.name(), "timeouts", key);
            }
        }
    }

    /** A 0 of before it had its present meaning; not where something says that the service is one way. */
    private static void checkResponses(ServiceConfiguration service, Look look) {
        boolean oneWay = (service.healthCheck() instanceof HealthCheck.Udp udp && udp.acceptSilence())
                || service.listens().stream().flatMapToInt(listen -> listen.ports().stream())
                        .allMatch(ONE_WAY_PORTS::contains);
        if (service.udpResponses() == 0 && !oneWay) {
            look.warning(
                    "responses: 0 is a service that expects no answers, which do not reach its clients any more: did "
                            + "you mean 'none', a session that its timeout alone ends, as 0 was formerly?",
                    "services",
                    service.name(), "udp", "responses");
        }
    }

    private static void checkAccess(ServiceConfiguration service, Look look) {
        for (int i = 0; i < service.allow().size(); i++) {
            Prefix allowed = service.allow().get(i);
            for (Prefix denied : service.deny()) {
                if (denied.contains(allowed)) {
                    look.warning("allow: '" + allowed + "' is denied as a whole by '" + denied + "'", "services",
                            service.name(), "allow");
                }
            }
        }
    }
}
