package io.sluice.control.config.keys;

import static io.sluice.control.config.type.Key.absent;
import static io.sluice.control.config.type.Key.standard;

import io.sluice.control.config.model.Admin;
import io.sluice.control.config.model.Cluster;
import io.sluice.control.config.model.Configuration.PacketEngine;
import io.sluice.control.config.model.Configuration.Transport;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.HighAvailability;
import io.sluice.control.config.model.Ldap;
import io.sluice.control.config.model.Log;
import io.sluice.control.config.model.Metrics;
import io.sluice.control.config.model.RelayConfiguration;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.model.StateDirectory;
import io.sluice.control.config.model.Tables;
import io.sluice.control.config.model.TlsIdentity;
import io.sluice.control.config.model.WorkersConfiguration;
import io.sluice.control.config.type.CollectionTypes.MapType;
import io.sluice.control.config.type.CollectionTypes.OffOr;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.NumberTypes.NumberType;
import io.sluice.control.config.type.SectionType;
import io.sluice.control.config.type.Types;
import io.sluice.ringbuffers.ip.Endpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The keys at the top of the file. */
public final class ConfigurationKeys {
    private static final Key<Tables, Integer> TABLE_CONNECTIONS = standard("connections",
            new NumberType(1, 1 << 28), Tables::connections, Tables.STANDARD.connections(),
            "Tracked connections and sessions, as far as the heap holds them.");
    private static final Key<Tables, Integer> TABLE_AFFINITY = standard("affinity", new NumberType(1, 1 << 28),
            Tables::affinity, Tables.STANDARD.affinity(), "Clients remembered.");
    private static final Key<Tables, Boolean> DURABLE_COPY = standard("durable-copy", Types.BOOLEAN,
            Tables::durableCopy, Tables.STANDARD.durableCopy(),
            "Keep a copy of affinity and sessions for when the tables are lost, and for other programs.");
    private static final SectionType<Tables> TABLES_SECTION = SectionType.of("tables",
            List.<Key<Tables, ?>>of(TABLE_CONNECTIONS, TABLE_AFFINITY, DURABLE_COPY),
            v -> new Tables(v.get(TABLE_CONNECTIONS), v.get(TABLE_AFFINITY), v.get(DURABLE_COPY)));

    private static final Key<Admin, Endpoint> ADMIN_LISTEN = absent("listen", Types.OWN_ADDRESS,
            admin -> admin.stated() ? admin.listen() : null, "127.0.0.1:9443, unless that port is taken",
            "Where the admin API and the web UI listen (HTTPS).");
    private static final Key<Admin, Path> USERS_FILE = absent("users-file", Types.PATH, Admin::usersFile,
            "users in the state directory", "Who may log in; made with a first password when it is not there.");
    private static final Key<Admin, TlsIdentity> ADMIN_TLS = absent("tls", ServerKeys.IDENTITY, Admin::tls,
            "a self-signed certificate made at first start", "Certificate of the admin API.");
    private static final Key<Admin, Ldap> LDAP = absent("ldap", LdapKeys.SECTION, Admin::ldap,
            "only the users file lets people in", "A directory that knows further users (LDAP or LDAPS).");
    private static final SectionType<Admin> ADMIN_SECTION = SectionType.of("admin",
            List.<Key<Admin, ?>>of(ADMIN_LISTEN, USERS_FILE, ADMIN_TLS, LDAP),
            v -> new Admin(v.get(ADMIN_LISTEN, Admin.STANDARD.listen()), v.orNull(USERS_FILE), v.orNull(ADMIN_TLS),
                    v.orNull(LDAP), v.has(ADMIN_LISTEN)));

    private static final Key<Metrics, Endpoint> METRICS_LISTEN = standard("listen", Types.OWN_ADDRESS,
            Metrics::listen, Metrics.STANDARD.listen(), "Where Prometheus finds /metrics (HTTP).");
    private static final SectionType<Metrics> METRICS_SECTION = SectionType.of("metrics", List.of(METRICS_LISTEN),
            v -> new Metrics(v.get(METRICS_LISTEN)));

    private static final Key<Log, Log.Level> LEVEL = standard("level", Types.word(Log.Level.class), Log::level,
            Log.STANDARD.level(), "The least important record that is still written.");
    private static final Key<Log, Log.Format> FORMAT = standard("format", Types.word(Log.Format.class), Log::format,
            Log.STANDARD.format(), "Shape of a record.");
    private static final Key<Log, Log.Connections> LOG_CONNECTIONS = standard("connections",
            Types.word(Log.Connections.class), Log::connections, Log.STANDARD.connections(),
            "Which connections leave a record when they end.");
    private static final SectionType<Log> LOG_SECTION = SectionType
            .of("log", List.<Key<Log, ?>>of(LEVEL, FORMAT, LOG_CONNECTIONS),
                    v -> new Log(v.get(LEVEL), v.get(FORMAT), v.get(LOG_CONNECTIONS)))
            .shortForm(LEVEL);

    public static final MapType<ServiceConfiguration> SERVICE_MAP = new MapType<>(ServiceKeys.SECTION,
            ServiceConfiguration::name);
    private static final Key<Configuration, List<ServiceConfiguration>> SERVICES = standard("services", SERVICE_MAP,
            Configuration::services, List.of(), "The virtual services by name.");
    private static final Key<Configuration, WorkersConfiguration> WORKERS = standard("workers", WorkerKeys.SECTION,
            Configuration::workers, WorkersConfiguration.AUTO, "The threads of the data plane.").atRestart();
    private static final Key<Configuration, Transport> TRANSPORT = standard("transport", Types.word(Transport.class),
            Configuration::transport, Transport.AUTO,
            "Kernel interface of the workers. auto takes the best that works.").atRestart();
    private static final Key<Configuration, RelayConfiguration> RELAY = standard("relay", RelayKeys.SECTION,
            Configuration::relay,
            RelayConfiguration.STANDARD,
            "How bytes of TCP connections are moved. auto copies first and splices what proves to be bulk.")
            .atRestart();
    private static final Key<Configuration, PacketEngine> PACKET_ENGINE = standard("packet-engine",
            Types.word(PacketEngine.class), Configuration::packetEngine, PacketEngine.AUTO,
            "What moves packets in packet-level modes.").atRestart();
    private static final Key<Configuration, Tables> TABLES = standard("tables", TABLES_SECTION, Configuration::tables,
            Tables.STANDARD, "Entries that the off-heap tables hold, and a copy of them.").atRestart();
    private static final Key<Configuration, Path> STATE_DIRECTORY = absent("state-directory", Types.PATH,
            Configuration::stateDirectory, "/var/lib/sluice when writable, else $XDG_STATE_HOME/sluice",
            "Holds the tables, the counters file and the control socket.").atRestart();
    private static final Key<Configuration, Optional<Admin>> ADMIN = standard("admin", new OffOr<>(ADMIN_SECTION),
            (Configuration configuration) -> Optional.ofNullable(configuration.admin()), Optional.of(Admin.STANDARD),
            "The admin API and web UI.").atRestart();
    private static final Key<Configuration, Optional<Metrics>> METRICS = standard("metrics",
            new OffOr<>(METRICS_SECTION), (Configuration configuration) -> Optional.ofNullable(configuration.metrics()),
            Optional.<Metrics>empty(),
            "The Prometheus endpoint.").atRestart();
    private static final Key<Configuration, Log> LOG = standard("log", LOG_SECTION, Configuration::log, Log.STANDARD,
            "What is logged, and how.");
    private static final Key<Configuration, HighAvailability> HIGH_AVAILABILITY = absent("high-availability",
            HighAvailabilityKeys.SECTION, Configuration::highAvailability, "no pair",
            "Makes this node one of a pair, of which one owns the virtual addresses.").atRestart();
    private static final Key<Configuration, Cluster> CLUSTER = absent("cluster", ClusterKeys.SECTION,
            Configuration::cluster, "no cluster",
            "Makes this host one of several that all receive the traffic and agree who answers (Windows NLB).")
            .atRestart();

    public static final SectionType<Configuration> SECTION = SectionType.of("the file",
            List.<Key<Configuration, ?>>of(SERVICES, WORKERS, TRANSPORT, RELAY, PACKET_ENGINE, TABLES, STATE_DIRECTORY,
                    ADMIN, METRICS, LOG, HIGH_AVAILABILITY, CLUSTER),
            v -> new Configuration(v.get(SERVICES), v.get(WORKERS), v.get(TRANSPORT), v.get(RELAY),
                    v.get(PACKET_ENGINE),
                    v.get(TABLES), v.get(STATE_DIRECTORY, StateDirectory.standard()), v.get(ADMIN).orElse(null),
                    v.get(METRICS).orElse(null), v.get(LOG), v.orNull(HIGH_AVAILABILITY), v.orNull(CLUSTER)));

    private ConfigurationKeys() {
    }
}
