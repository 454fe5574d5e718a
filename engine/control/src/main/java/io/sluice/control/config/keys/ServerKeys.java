package io.sluice.control.config.keys;

import static io.sluice.control.config.type.Key.absent;
import static io.sluice.control.config.type.Key.required;
import static io.sluice.control.config.type.Key.standard;

import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.config.model.ServerTls;
import io.sluice.control.config.model.TlsIdentity;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.NumberTypes.NumberType;
import io.sluice.control.config.type.SectionType;
import io.sluice.control.config.type.Types;
import io.sluice.control.config.type.Values;
import io.sluice.ringbuffers.ip.Endpoint;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of one real server. */
public final class ServerKeys {
    static final Key<TlsIdentity, Path> CERTIFICATE = required("certificate", Types.CERTIFICATE,
            TlsIdentity::certificate, "PEM file with the certificate and its chain.");
    static final Key<TlsIdentity, Path> PRIVATE_KEY = required("key", Types.PRIVATE_KEY, TlsIdentity::key,
            "PEM file with the private key.");
    static final SectionType<TlsIdentity> IDENTITY = SectionType.of("tls", List.of(CERTIFICATE, PRIVATE_KEY),
            v -> new TlsIdentity(v.get(CERTIFICATE), v.get(PRIVATE_KEY)));

    private static final Key<ServerTls, Boolean> VERIFY = standard("verify-certificate", Types.BOOLEAN,
            ServerTls::verifyCertificate, true, "Whether the server's certificate must be valid.");
    private static final Key<ServerTls, Path> CA_FILE = absent("ca-file", Types.CERTIFICATE, ServerTls::caFile,
            "the JDK's certificates", "PEM certificates of a private CA to trust.");
    private static final Key<ServerTls, String> HOST = absent("host", Types.HOST_NAME, ServerTls::host,
            "the server's address", "Name for SNI, which the certificate must hold.");
    private static final Key<ServerTls, TlsIdentity> CLIENT = absent("client", IDENTITY, ServerTls::identity, "nothing",
            "What to present when the server asks for a client certificate.");
    private static final SectionType<ServerTls> TLS = SectionType.of("tls", List.of(VERIFY, CA_FILE, HOST, CLIENT),
            v -> new ServerTls(v.get(VERIFY), v.orNull(CA_FILE), v.orNull(HOST), v.orNull(CLIENT)));

    static final Key<ServerConfiguration, Endpoint> ADDRESS = required("address", Types.SERVER_ADDRESS,
            ServerConfiguration::address,
            "Address of the real server. Without a port, the port that the client came to.");
    private static final Key<ServerConfiguration, Integer> WEIGHT = standard("weight", new NumberType(0, 65_535),
            ServerConfiguration::weight, ServerConfiguration.STANDARD_WEIGHT,
            "Share of the work, relative to the other servers. 0 takes no new clients.");
    private static final Key<ServerConfiguration, Integer> MIN_CONNECTIONS = standard("min-connections", Types.LIMIT,
            ServerConfiguration::minConnections, 0,
            "A server that reached max-connections takes new clients again below this number. 0: as soon as it is below "
                    + "max-connections.");
    private static final Key<ServerConfiguration, Integer> MAX_CONNECTIONS = standard("max-connections", Types.LIMIT,
            ServerConfiguration::maxConnections, 0,
            "Connections the server may carry; where every server is at its maximum, when-full says what becomes of "
                    + "further ones. 0: no limit.");
    private static final Key<ServerConfiguration, Boolean> BACKUP = standard("backup", Types.BOOLEAN,
            ServerConfiguration::backup, false, "Only used when no other server is up, or all that are refuse.");
    private static final Key<ServerConfiguration, ServerTls> SERVER_TLS = absent("tls", TLS,
            ServerConfiguration::tls, "plain",
            "Encrypts towards the server. {} verifies its certificate against the JDK's certificates.");

    public static final SectionType<ServerConfiguration> SECTION = SectionType
            .of("server",
                    List.<Key<ServerConfiguration, ?>>of(ADDRESS, WEIGHT, MIN_CONNECTIONS, MAX_CONNECTIONS, BACKUP,
                            SERVER_TLS),
                    ServerKeys::server)
            .shortForm(ADDRESS);

    private ServerKeys() {
    }

    private static ServerConfiguration server(Values<ServerConfiguration> v) {
        @Nullable
        ServerTls tls = v.orNull(SERVER_TLS);
        return new ServerConfiguration(v.name(), v.get(ADDRESS), v.get(WEIGHT), v.get(MIN_CONNECTIONS),
                v.get(MAX_CONNECTIONS), v.get(BACKUP), tls);
    }
}
