package io.sluice.control.config.file;

import io.sluice.conntrack.Mode;
import io.sluice.conntrack.Protocol;
import io.sluice.control.config.model.Admin;
import io.sluice.control.config.model.Affinity;
import io.sluice.control.config.model.Bytes;
import io.sluice.control.config.model.Cluster;
import io.sluice.control.config.model.Configuration.PacketEngine;
import io.sluice.control.config.model.Configuration.Transport;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.HighAvailability;
import io.sluice.control.config.model.IntRange;
import io.sluice.control.config.model.Ldap;
import io.sluice.control.config.model.Listen;
import io.sluice.control.config.model.Log;
import io.sluice.control.config.model.Metrics;
import io.sluice.control.config.model.PortSet;
import io.sluice.control.config.model.ProxyProtocol;
import io.sluice.control.config.model.QueueLimits;
import io.sluice.control.config.model.Rate;
import io.sluice.control.config.model.RelayConfiguration;
import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.config.model.ServerTls;
import io.sluice.control.config.model.ServiceConfiguration.OnServerDown;
import io.sluice.control.config.model.ServiceConfiguration.WhenFull;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.model.Tables;
import io.sluice.control.config.model.Timeouts;
import io.sluice.control.config.model.TlsIdentity;
import io.sluice.control.config.model.WorkersConfiguration;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.IpRange;
import io.sluice.ringbuffers.ip.Prefix;
import io.sluice.scheduler.SchedulerKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Valid configurations without end, the same ones for the same seed. */
final class RandomConfigurations {
    private final Random random;
    private final Path directory;

    /**
     * @param directory holds cert.pem, key.pem, secret.key and an executable check.sh
     */
    RandomConfigurations(long seed, Path directory) {
        this.random = new Random(seed);
        this.directory = directory;
    }

    Configuration next() {
        var services = new ArrayList<ServiceConfiguration>();
        for (int i = 0, count = 1 + random.nextInt(6); i < count; i++) {
            services.add(service(i));
        }
        boolean pair = chance(4);
        WorkersConfiguration workers = chance(2)
                ? WorkersConfiguration.AUTO
                : new WorkersConfiguration(random.nextInt(3), duration(0, 50), true,
                        chance(2) ? List.of() : List.of(0, 1, 5));
        return new Configuration(services, workers, one(Transport.values()),
                new RelayConfiguration(one(RelayConfiguration.Kind.values()), 32_768 << random.nextInt(5), 1 << 20,
                        1 + random.nextInt(100_000), 262_144 << random.nextInt(8)),
                one(PacketEngine.values()), new Tables(1000 + random.nextInt(9), 1_000_000, random.nextBoolean()),
                directory.resolve("state"),
                chance(3)
                        ? null
                        : chance(2)
                                ? Admin.STANDARD
                                : new Admin(address(random.nextInt(2), 9000),
                                        chance(2) ? null : directory.resolve("users"),
                                        chance(2) ? null : identity(), chance(2) ? null : ldap(), true),
                chance(2) ? null : new Metrics(address(1, 9100)),
                new Log(one(Log.Level.values()), one(Log.Format.values()), one(Log.Connections.values())),
                pair ? pair() : null, !pair && chance(3) ? cluster() : null);
    }

    private ServiceConfiguration service(int number) {
        boolean udp = chance(3);
        boolean packets = chance(5);
        Mode mode = packets ? one(Mode.NAT, Mode.DR) : udp ? Mode.SNAT : Mode.PROXY;
        boolean sockets = !packets;
        boolean ipv6 = chance(3);
        Ip ip = ip(ipv6, 10 + number, 1);
        List<Listen> listens = new ArrayList<>(List.of(new Listen(ip, ports(packets))));
        if (sockets && chance(3)) {
            listens.add(new Listen(ip(!ipv6, 10 + number, 2), ports(false)));
        }
        var servers = new ArrayList<ServerConfiguration>();
        for (int i = 0, count = random.nextInt(5); i < count; i++) {
            servers.add(server(number, i, ipv6, mode, udp));
        }
        boolean transparent = sockets && chance(6);
        List<IpRange> pool = !sockets || transparent || chance(2)
                ? List.of()
                : List.of(new IpRange(ip(ipv6, 200, 1), ip(ipv6, 200, 1 + random.nextInt(9))));
        ProxyProtocol.Send send = sockets
                ? udp ? ProxyProtocol.Send.V2 : one(ProxyProtocol.Send.values())
                : ProxyProtocol.Send.NONE;
        boolean accept = sockets && chance(3);
        return new ServiceConfiguration(one("s", "web server ", "svc.", "Straße ", "#", "on: ", "- ", "3") + number,
                listens, udp ? Protocol.UDP : Protocol.TCP, mode, one(SchedulerKind.values()), affinity(),
                healthCheck(), servers, chance(3) ? address(250, 80) : null, random.nextInt(1000),
                mode == Mode.PROXY && chance(2)
                        ? new QueueLimits(random.nextInt(50), chance(2) ? null : duration(1, 99_999))
                        : QueueLimits.STANDARD,
                sockets ? one(WhenFull.values()) : WhenFull.QUEUE,
                random.nextInt(10), chance(2) ? null : new Rate(1 + random.nextInt(500), Duration.ofMinutes(1)),
                networks(), networks(),
                new Timeouts(duration(1, 9999), duration(1, 9_999_999), duration(1, 99), duration(0, 9),
                        duration(1, 99_999)),
                chance(3) ? ServiceConfiguration.EVERY_SERVER : random.nextInt(5), duration(0, 99_999), pool,
                transparent,
                new ProxyProtocol(accept, send, accept ? List.of(network()) : List.of()),
                mode == Mode.PROXY && chance(3) ? identity() : null,
                packets || chance(2) ? "eth" + random.nextInt(3) : null,
                one(OnServerDown.values()), udp ? random.nextInt(4) - 1 : ServiceConfiguration.ANY_NUMBER);
    }

    private ServerConfiguration server(int service, int number, boolean ipv6, Mode mode, boolean udp) {
        int port = mode == Mode.DR || chance(4) ? 0 : 1 + random.nextInt(65_535);
        int most = random.nextInt(50);
        return new ServerConfiguration("r" + number,
                new Endpoint(ip(ipv6, 100 + service, number + 1), port), random.nextInt(65_536),
                most == 0 ? 0 : random.nextInt(most), most, chance(5),
                mode == Mode.PROXY && !udp && chance(4)
                        ? new ServerTls(chance(2), chance(2) ? null : directory.resolve("cert.pem"),
                                chance(2) ? null : "web.example", chance(2) ? null : identity())
                        : null);
    }

    private Affinity affinity() {
        return switch (random.nextInt(3)) {
            case 0 -> Affinity.NONE;
            case 1 -> new Affinity(Affinity.By.SOURCE_IP, duration(1000, 999_999), 32, 128, null);
            default -> new Affinity(Affinity.By.SOURCE_NETWORK, duration(1000, 999_999), 1 + random.nextInt(32),
                    1 + random.nextInt(128), null);
        };
    }

    private HealthCheck healthCheck() {
        var timing = new HealthCheck.Timing(duration(5000, 99_999), duration(1, 4999), 1 + random.nextInt(9),
                1 + random.nextInt(9));
        int port = random.nextInt(3);
        return switch (random.nextInt(10)) {
            case 0 -> new HealthCheck.Connect(port, one(HealthCheck.Connect.End.values()), timing);
            case 1 -> new HealthCheck.Ping(timing);
            case 2 -> new HealthCheck.None();
            case 3 -> new HealthCheck.Http(port, request(), chance(2)
                    ? null
                    : one("PASS", "a: b", "true", "1e3", "\"'\\", "ü\n", "null", "# no"),
                    List.of(new IntRange(200, 204), new IntRange(301, 301)), chance(2) ? secured() : null, timing);
            case 4 -> new HealthCheck.Udp(port, new Bytes(one("00ff", "41", "0d0a20")),
                    chance(2) ? null : Bytes.ofText(one("pong", " ", "7f", "\u0000")), chance(2), timing);
            case 5 -> {
                boolean tls = chance(2);
                yield new HealthCheck.Tcp(port, steps(), tls && chance(2) ? "psm.example" : null,
                        tls ? secured() : null, timing);
            }
            case 6 -> new HealthCheck.Tls(port, chance(2) ? null : "psm.example", secured(), random.nextInt(30),
                    timing);
            case 7 -> {
                HealthCheck.Preset.Application protocol = one(HealthCheck.Preset.Application.values());
                boolean tls = !protocol.logsIn() && chance(2);
                yield new HealthCheck.Preset(protocol, port,
                        protocol.logsIn() && chance(2) ? "prüfer" : HealthCheck.Preset.STANDARD_USER,
                        tls && chance(2) ? "psm.example" : null, tls ? secured() : null, timing);
            }
            case 8 -> new HealthCheck.Agent(1 + port, chance(2) ? Bytes.NONE : Bytes.ofText("psm\n"), timing);
            default ->
                new HealthCheck.Script(List.of(directory.resolve("check.sh").toString(), "-v", "a b"), port, timing);
        };
    }

    private HealthCheck.Http.Request request() {
        return new HealthCheck.Http.Request(one("GET", "OPTIONS", "POST"), one("/", "/a?b=c&d=%20", "/#x"),
                chance(2) ? null : "psm.example",
                chance(2) ? Map.of() : Map.of("Authorization", one("Bearer: x", "true", "1e3", "")),
                chance(2) ? Bytes.NONE : new Bytes(one("00ff", "41", "0d0a20")));
    }

    private HealthCheck.Secured secured() {
        return new HealthCheck.Secured(chance(2), chance(2) ? directory.resolve("cert.pem") : null, chance(2));
    }

    private List<HealthCheck.Tcp.Step> steps() {
        var steps = new ArrayList<HealthCheck.Tcp.Step>();
        do {
            Bytes send = chance(2) ? null : new Bytes(one("00ff", "41", "0d0a20"));
            Bytes expected = Bytes.ofText(one("pong", " ", "7f", "\u0000", "a: b"));
            steps.add(new HealthCheck.Tcp.Step(send, chance(2)
                    ? List.of(expected, Bytes.ofText("-NOAUTH"))
                    : send == null || chance(2) ? List.of(expected) : List.of()));
        } while (chance(2));
        return steps;
    }

    private HighAvailability pair() {
        return new HighAvailability("lb1", new HighAvailability.Peer("lb2", ip(false, 251, 2)), ip(false, 251, 1),
                one(HighAvailability.Role.values()), "eth0", directory.resolve("secret.key"),
                new HighAvailability.Heartbeat(1 + random.nextInt(9), Duration.ofMillis(100),
                        Duration.ofMillis(200 + random.nextInt(9))),
                7778, one(HighAvailability.Failback.values()));
    }

    private Cluster cluster() {
        var tcp = Cluster.RuleProtocol.TCP;
        List<Cluster.PortRule> rules = chance(2)
                ? List.of(Cluster.PortRule.STANDARD)
                : List.of(
                        new Cluster.PortRule(ports(false), tcp, Cluster.Filtering.MULTIPLE,
                                one(Cluster.RuleAffinity.SINGLE, Cluster.RuleAffinity.NETWORK), duration(0, 99),
                                random.nextInt(101), 0),
                        new Cluster.PortRule(PortSet.of(0), tcp, Cluster.Filtering.SINGLE, Cluster.RuleAffinity.NONE,
                                Duration.ZERO,
                                Cluster.PortRule.EQUAL, 1 + random.nextInt(32)),
                        new Cluster.PortRule(PortSet.ALL, Cluster.RuleProtocol.UDP, Cluster.Filtering.DISABLED,
                                Cluster.RuleAffinity.NONE, Duration.ZERO, Cluster.PortRule.EQUAL, 0));
        return new Cluster("c.example", ip(false, 252, 100), 24, "eth1", one(Cluster.Mode.values()),
                directory.resolve("secret.key"),
                new Cluster.Host(1 + random.nextInt(32), ip(false, 252, 1), one(Cluster.InitialState.values())),
                Cluster.Heartbeat.STANDARD, rules);
    }

    private PortSet ports(boolean single) {
        int low = 1 + random.nextInt(9000);
        return single || chance(2)
                ? PortSet.of(low)
                : new PortSet(List.of(new IntRange(low, low + random.nextInt(9)), new IntRange(low + 20, low + 20)));
    }

    private List<Prefix> networks() {
        var networks = new ArrayList<Prefix>();
        while (chance(2)) {
            networks.add(network());
        }
        return networks;
    }

    private Prefix network() {
        boolean ipv6 = chance(3);
        return new Prefix(ip(ipv6, random.nextInt(250), 3), 1 + random.nextInt(ipv6 ? 128 : 32));
    }

    private Ldap ldap() {
        boolean searches = chance(2);
        boolean binds = chance(2);
        return new Ldap("ldaps://ldap.example", chance(2) ? null : directory.resolve("cert.pem"),
                searches ? null : "uid={user},dc=example",
                searches
                        ? new Ldap.Search("dc=example", Ldap.Search.STANDARD_FILTER,
                                binds ? "cn=reader,dc=example" : null,
                                binds ? directory.resolve("password") : null)
                        : null,
                "cn=operators,dc=example", chance(2) ? null : "cn=viewers,dc=example", duration(100, 9000));
    }

    private TlsIdentity identity() {
        return new TlsIdentity(directory.resolve("cert.pem"), directory.resolve("key.pem"));
    }

    private static Endpoint address(int net, int port) {
        return new Endpoint(ip(false, net, 1), port);
    }

    private static Ip ip(boolean ipv6, int net, int host) {
        return Ip.parse(ipv6 ? "fd00:" + net + "::" + host : "10.0." + net + "." + host);
    }

    private Duration duration(int lowMs, int highMs) {
        return Duration.ofMillis(lowMs + random.nextInt(highMs - lowMs + 1));
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    @SafeVarargs
    private <T> T one(T... of) {
        return of[random.nextInt(of.length)];
    }
}
