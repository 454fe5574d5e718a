package io.sluice.control.config.keys;

import static io.sluice.control.config.type.Key.absent;
import static io.sluice.control.config.type.Key.required;
import static io.sluice.control.config.type.Key.standard;

import io.sluice.conntrack.Mode;
import io.sluice.conntrack.Protocol;
import io.sluice.control.config.model.Affinity;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.Listen;
import io.sluice.control.config.model.ProxyProtocol;
import io.sluice.control.config.model.QueueLimits;
import io.sluice.control.config.model.Rate;
import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.config.model.ServiceConfiguration.OnServerDown;
import io.sluice.control.config.model.ServiceConfiguration.WhenFull;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.model.Timeouts;
import io.sluice.control.config.model.TlsIdentity;
import io.sluice.control.config.type.AddressTypes.AddressRangeType;
import io.sluice.control.config.type.AddressTypes.ListenType;
import io.sluice.control.config.type.AddressTypes.NetworkType;
import io.sluice.control.config.type.CollectionTypes.MapType;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.NumberTypes.NumberType;
import io.sluice.control.config.type.QuantityTypes.RateType;
import io.sluice.control.config.type.SectionType;
import io.sluice.control.config.type.TextTypes.WordType;
import io.sluice.control.config.type.Types;
import io.sluice.control.config.type.Values;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.IpRange;
import io.sluice.ringbuffers.ip.Prefix;
import io.sluice.scheduler.SchedulerKind;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of one virtual service. */
public final class ServiceKeys {
    static final Key<ServiceConfiguration, List<Listen>> LISTEN = required("listen",
            Types.oneOrMore(new ListenType()), ServiceConfiguration::listens,
            "Where clients connect: one address with one or more ports, or a list of these. 0.0.0.0 is every IPv4 address, "
                    + "[::] every IPv6 address.");
    static final Key<ServiceConfiguration, Protocol> PROTOCOL = standard("protocol",
            new WordType<>(Protocol.class, Protocol::word),
            ServiceConfiguration::protocol, Protocol.TCP, "What the service carries.");
    static final Key<ServiceConfiguration, Mode> MODE = absent("mode", new WordType<>(Mode.class, Mode::word),
            ServiceConfiguration::mode, "proxy; snat with protocol: udp",
            "How traffic reaches the servers. proxy relays TCP connections. snat, nat and dr work on packets; snat with "
                    + "protocol: udp uses sockets and needs no privilege.");
    static final Key<ServiceConfiguration, SchedulerKind> SCHEDULER = standard("scheduler",
            new WordType<>(SchedulerKind.class, SchedulerKind::configName), ServiceConfiguration::scheduler,
            SchedulerKind.WEIGHTED_LEAST_CONNECTIONS, "How a real server is chosen for a new client.");
    static final Key<ServiceConfiguration, Affinity> AFFINITY = standard("affinity", AffinityKeys.SECTION,
            ServiceConfiguration::affinity, Affinity.NONE, "Keeps a client on its real server.");
    static final Key<ServiceConfiguration, HealthCheckKeys.Written> HEALTH_CHECK = absent("health-check",
            HealthCheckKeys.SECTION, service -> HealthCheckKeys.Written.of(service.healthCheck()),
            "connect for tcp, ping for udp", "How to find out whether a real server is up.");
    public static final MapType<ServerConfiguration> SERVER_MAP = new MapType<>(ServerKeys.SECTION,
            ServerConfiguration::name);
    static final Key<ServiceConfiguration, List<ServerConfiguration>> SERVERS = required("servers", SERVER_MAP,
            ServiceConfiguration::servers, "The real servers by name, each an address or a mapping.");
    private static final Key<ServiceConfiguration, Endpoint> FALLBACK = absent("fallback",
            Types.SERVER_ADDRESS, ServiceConfiguration::fallback, "none: connections are refused",
            "Served when no server is up, or all that are refuse.");
    private static final Key<ServiceConfiguration, Integer> MAX_CONNECTIONS = standard("max-connections", Types.LIMIT,
            ServiceConfiguration::maxConnections, 0, "Connections the service may carry. 0: no limit.");
    private static final Key<QueueLimits, Integer> QUEUE_LENGTH = standard("length", Types.LIMIT, QueueLimits::length,
            QueueLimits.STANDARD.length(), "Clients that may wait at a time; one more is refused. 0: no limit.");
    private static final Key<QueueLimits, Duration> QUEUE_TIMEOUT = absent("timeout",
            Types.duration(Duration.ofMillis(1), Duration.ofDays(1)), QueueLimits::timeout, "timeouts.connect",
            "How long a client waits before it is refused.");
    private static final Key<ServiceConfiguration, QueueLimits> QUEUE = standard("queue",
            SectionType.of("queue", List.of(QUEUE_LENGTH, QUEUE_TIMEOUT),
                    v -> new QueueLimits(v.get(QUEUE_LENGTH), v.orNull(QUEUE_TIMEOUT))),
            ServiceConfiguration::queue, QueueLimits.STANDARD,
            "Clients wait here while every server is at its max-connections: one queue for all workers, first come "
                    + "first served.")
            .only("with mode: proxy", v -> mode(v) == Mode.PROXY);
    private static final Key<ServiceConfiguration, WhenFull> WHEN_FULL = standard("when-full",
            Types.word(WhenFull.class), ServiceConfiguration::whenFull, WhenFull.QUEUE,
            "What happens to a new client while every server is at its max-connections: it waits; a backup server or "
                    + "the fallback serves it, and it waits where those are full too; it is refused. UDP knows no "
                    + "waiting: there it is refused instead.")
            .only("with mode: proxy, or snat for udp", ServiceKeys::bySocket);
    private static final Key<ServiceConfiguration, Integer> MAX_PER_SOURCE = standard("max-connections-per-source",
            Types.LIMIT, ServiceConfiguration::maxConnectionsPerSource, 0,
            "Connections one client address may hold. 0: no limit.");
    private static final Key<ServiceConfiguration, Rate> RATE_PER_SOURCE = absent("connection-rate-per-source",
            new RateType(), ServiceConfiguration::connectionRatePerSource, "no limit",
            "New connections one client address may open.");
    private static final Key<ServiceConfiguration, List<Prefix>> ALLOW = standard("allow",
            Types.anyNumber(new NetworkType()), ServiceConfiguration::allow, List.of(),
            "Networks that may connect. Empty: every one.");
    private static final Key<ServiceConfiguration, List<Prefix>> DENY = standard("deny",
            Types.anyNumber(new NetworkType()), ServiceConfiguration::deny, List.of(),
            "Networks that may not connect, whatever allow says.");
    private static final Key<ServiceConfiguration, Timeouts> TIMEOUTS = standard("timeouts", TimeoutKeys.SECTION,
            ServiceConfiguration::timeouts, Timeouts.STANDARD, "How long the service waits.");
    private static final Key<ServiceConfiguration, Integer> RETRIES = standard("retries",
            new NumberType(0, 100).or("all", ServiceConfiguration.EVERY_SERVER), ServiceConfiguration::retries,
            ServiceConfiguration.EVERY_SERVER,
            "Other servers to try when a connection cannot be established, before the first byte: all that are left, "
                    + "then the backup servers and the fallback, or so many at most.");
    private static final Key<ServiceConfiguration, Duration> SLOW_START = standard("slow-start",
            Types.duration(Duration.ZERO, Duration.ofDays(1)), ServiceConfiguration::slowStart, Duration.ZERO,
            "Time in which a server that came up grows to its full weight. 0s: at once.");
    private static final Key<ServiceConfiguration, List<IpRange>> SOURCE_ADDRESS = standard("source-address",
            Types.anyNumber(new AddressRangeType()), ServiceConfiguration::sourceAddress, List.<IpRange>of(),
            "Local addresses to connect from (the SNAT pool). Empty: the kernel chooses.")
            .only("with mode: proxy or snat",
                    v -> mode(v) == Mode.PROXY || mode(v) == Mode.SNAT);
    private static final Key<ServiceConfiguration, Boolean> TRANSPARENT = standard("transparent", Types.BOOLEAN,
            ServiceConfiguration::transparent, false,
            "Servers see the client's address (TPROXY; needs privilege, and replies that come back through Sluice).")
            .only(
                    "with mode: proxy, or snat for udp", ServiceKeys::bySocket);
    private static final Key<ServiceConfiguration, ProxyProtocol> PROXY_PROTOCOL = standard("proxy-protocol",
            ProxyProtocolKeys.SECTION, ServiceConfiguration::proxyProtocol, ProxyProtocol.NONE,
            "The PROXY protocol, which carries the client's address in front of the first byte.").only(
                    "with mode: proxy, or snat for udp", ServiceKeys::bySocket);
    private static final Key<ServiceConfiguration, TlsIdentity> TLS = absent("tls", ServerKeys.IDENTITY,
            ServiceConfiguration::tls, "bytes pass through", "Terminates TLS.").only("with mode: proxy",
                    v -> mode(v) == Mode.PROXY);
    static final Key<ServiceConfiguration, String> INTERFACE = absent("interface", Types.INTERFACE,
            ServiceConfiguration::networkInterface, "that of high-availability",
            "Where packet modes work and where a pair puts the virtual address.");
    private static final Key<ServiceConfiguration, OnServerDown> ON_SERVER_DOWN = absent("on-server-down",
            Types.word(OnServerDown.class), ServiceConfiguration::onServerDown,
            "reset for udp and with affinity, keep otherwise",
            "What happens to established connections when their server goes down.");
    private static final Key<UdpSettings, Integer> RESPONSES = standard("responses",
            new NumberType(0, 65_535).or("none", ServiceConfiguration.ANY_NUMBER), UdpSettings::responses,
            ServiceConfiguration.ANY_NUMBER,
            "Answers to each datagram; when all have come the session ends. 0: none is expected, each datagram is a "
                    + "session of its own. none: nobody knows how many, the session ends by timeout only.");
    private static final Key<ServiceConfiguration, UdpSettings> UDP = standard("udp",
            SectionType.of("udp", List.of(RESPONSES), v -> new UdpSettings(v.get(RESPONSES))),
            (ServiceConfiguration service) -> new UdpSettings(service.udpResponses()),
            new UdpSettings(ServiceConfiguration.ANY_NUMBER),
            "How datagrams become sessions.")
            .only(
                    "with protocol: udp", v -> v.get(PROTOCOL) == Protocol.UDP);

    public static final SectionType<ServiceConfiguration> SECTION = SectionType.of("service",
            List.<Key<ServiceConfiguration, ?>>of(LISTEN, PROTOCOL, MODE, SCHEDULER, AFFINITY, HEALTH_CHECK, SERVERS,
                    FALLBACK, MAX_CONNECTIONS, QUEUE, WHEN_FULL, MAX_PER_SOURCE, RATE_PER_SOURCE, ALLOW, DENY,
                    TIMEOUTS, RETRIES, SLOW_START, SOURCE_ADDRESS, TRANSPARENT, PROXY_PROTOCOL, TLS, INTERFACE,
                    ON_SERVER_DOWN, UDP),
            ServiceKeys::service);

    private ServiceKeys() {
    }

    record UdpSettings(int responses) {
    }

    private static Mode mode(Values<ServiceConfiguration> v) {
        return v.get(MODE, v.get(PROTOCOL) == Protocol.UDP ? Mode.SNAT : Mode.PROXY);
    }

    private static boolean bySocket(Values<ServiceConfiguration> v) {
        return mode(v) == Mode.PROXY || (mode(v) == Mode.SNAT && v.get(PROTOCOL) == Protocol.UDP);
    }

    private static ServiceConfiguration service(Values<ServiceConfiguration> v) {
        Protocol protocol = v.get(PROTOCOL);
        Affinity affinity = v.get(AFFINITY);
        HealthCheckKeys.@Nullable Written check = v.orNull(HEALTH_CHECK);
        HealthCheck healthCheck = check == null ? HealthCheckKeys.standardCheck(protocol) : check.forProtocol(protocol);
        OnServerDown onServerDown = v.get(ON_SERVER_DOWN,
                protocol == Protocol.UDP || affinity.enabled() ? OnServerDown.RESET : OnServerDown.KEEP);
        return new ServiceConfiguration(v.name(), v.get(LISTEN), protocol, mode(v), v.get(SCHEDULER), affinity,
                healthCheck, v.get(SERVERS), v.orNull(FALLBACK), v.get(MAX_CONNECTIONS),
                v.get(QUEUE), v.get(WHEN_FULL), v.get(MAX_PER_SOURCE),
                v.orNull(RATE_PER_SOURCE), v.get(ALLOW), v.get(DENY), v.get(TIMEOUTS), v.get(RETRIES),
                v.get(SLOW_START),
                v.get(SOURCE_ADDRESS), v.get(TRANSPARENT), v.get(PROXY_PROTOCOL), v.orNull(TLS), v.orNull(INTERFACE),
                onServerDown, v.get(UDP).responses());
    }
}
