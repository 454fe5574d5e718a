package io.sluice.control.config.keys;

import static io.sluice.control.config.type.Key.absent;
import static io.sluice.control.config.type.Key.standard;

import io.sluice.conntrack.Protocol;
import io.sluice.control.config.model.Bytes;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.PortSet;
import io.sluice.control.config.model.Word;
import io.sluice.control.config.type.FileTypes.CommandType;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.NumberTypes.NumberType;
import io.sluice.control.config.type.NumberTypes.PortsType;
import io.sluice.control.config.type.SectionType;
import io.sluice.control.config.type.TextTypes.BytesType;
import io.sluice.control.config.type.TextTypes.TextType;
import io.sluice.control.config.type.Types;
import io.sluice.control.config.type.Values;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys of a health check, which one mapping holds for every type of check. */
final class HealthCheckKeys {
    /** The value of {@code type}. */
    enum Kind implements Word {
        CONNECT, PING, HTTP, HTTPS, UDP, SCRIPT, NONE
    }

    /** A health check as written: the type may be left to the service's protocol. */
    record Written(@Nullable Kind kind, @Nullable Integer port, @Nullable String path, @Nullable String host,
            @Nullable Bytes expect, @Nullable PortSet status, @Nullable Boolean verify, @Nullable Path caFile,
            @Nullable Bytes send, @Nullable Boolean acceptSilence, @Nullable List<String> command,
            HealthCheck.Connect.@Nullable End end, Duration interval, Duration timeout, int rise, int fall) {

        static Written of(HealthCheck check) {
            return switch (check) {
                case HealthCheck.Connect c -> new Written(Kind.CONNECT, written(c.port()), null, null, null, null, null,
                        null, null, null, null, unlessStandard(c.end()), c.timing().interval(), c.timing().timeout(),
                        c.timing().rise(), c.timing().fall());
                case HealthCheck.Ping c -> bare(Kind.PING, c);
                case HealthCheck.None c -> bare(Kind.NONE, c);
                case HealthCheck.Http c -> new Written(c.tls() ? Kind.HTTPS : Kind.HTTP, written(c.port()), c.path(),
                        c.host(), c.expect() == null ? null : Bytes.ofText(c.expect()), new PortSet(c.expectStatus()),
                        c.tls() ? c.verifyCertificate() : null, c.caFile(), null, null, null, null,
                        c.timing().interval(),
                        c.timing().timeout(), c.timing().rise(), c.timing().fall());
                case HealthCheck.Udp c -> new Written(Kind.UDP, written(c.port()), null, null, c.expect(), null, null,
                        null, c.send(), c.acceptSilence(), null, null, c.timing().interval(), c.timing().timeout(),
                        c.timing().rise(), c.timing().fall());
                case HealthCheck.Script c -> new Written(Kind.SCRIPT, written(c.port()), null, null, null, null, null,
                        null, null, null, c.command(), null, c.timing().interval(), c.timing().timeout(),
                        c.timing().rise(),
                        c.timing().fall());
            };
        }

        private static Written bare(Kind kind, HealthCheck check) {
            return new Written(kind, null, null, null, null, null, null, null, null, null, null, null,
                    check.timing().interval(), check.timing().timeout(), check.timing().rise(), check.timing().fall());
        }

        private static HealthCheck.Connect.@Nullable End unlessStandard(HealthCheck.Connect.End end) {
            return end == HealthCheck.Connect.End.RESET ? null : end;
        }

        private static @Nullable Integer written(int port) {
            return port == 0 ? null : port;
        }

        HealthCheck forProtocol(Protocol protocol) {
            var timing = new HealthCheck.Timing(interval, timeout, rise, fall);
            int checkPort = port == null ? 0 : port;
            return switch (kind != null ? kind : standardKind(protocol)) {
                case CONNECT -> new HealthCheck.Connect(checkPort,
                        end == null ? HealthCheck.Connect.End.RESET : end, timing);
                case PING -> new HealthCheck.Ping(timing);
                case NONE -> new HealthCheck.None();
                case HTTP -> http(false, checkPort, timing);
                case HTTPS -> http(true, checkPort, timing);
                case UDP -> new HealthCheck.Udp(checkPort, send == null ? new Bytes("") : send, expect,
                        Boolean.TRUE.equals(acceptSilence), timing);
                case SCRIPT -> new HealthCheck.Script(command == null ? List.of() : command, checkPort, timing);
            };
        }

        private HealthCheck http(boolean tls, int checkPort, HealthCheck.Timing timing) {
            return new HealthCheck.Http(tls, checkPort, path == null ? "/" : path, host,
                    expect == null ? null : new String(expect.toArray(), StandardCharsets.UTF_8),
                    status == null ? HealthCheck.Http.STANDARD_STATUS : status.ranges(), !Boolean.FALSE.equals(verify),
                    caFile, timing);
        }
    }

    private static final HealthCheck.Timing TIMING = HealthCheck.Timing.STANDARD;

    static final Key<Written, Kind> TYPE = absent("type", Types.word(Kind.class), Written::kind,
            "connect for tcp, ping for udp",
            "connect: a TCP connection succeeds. ping: an ICMP echo is answered. http, https: a GET is answered as expected. "
                    + "udp: a datagram is answered. script: a program exits with 0. none: every server counts as up.");
    private static final Key<Written, Integer> PORT = absent("port", Types.PORT, Written::port,
            "the real server's own port", "Port to check.")
            .only("with a type that has a port: connect, http, https, udp, script",
                    v -> is(v, Kind.CONNECT, Kind.HTTP, Kind.HTTPS, Kind.UDP, Kind.SCRIPT));
    private static final Key<Written, String> PATH = Key.<Written, String>absent("path",
            new TextType("/[^\\s\\p{Cntrl}]*", "a path", "a path that starts with '/', without blanks"), Written::path,
            "/",
            "Path to ask for.").only("with type: http or https", HealthCheckKeys::http);
    private static final Key<Written, String> HOST = absent("host", Types.HOST_NAME, Written::host,
            "the real server's address", "Host header, and SNI for https.").only("with type: http or https",
                    HealthCheckKeys::http);
    private static final Key<Written, Bytes> EXPECT = absent("expect", new BytesType(), Written::expect, "any answer",
            "What the body (http, https) or the datagram (udp) must contain.")
            .only("with type: http, https or udp", v -> http(v) || is(v, Kind.UDP));
    private static final Key<Written, PortSet> EXPECT_STATUS = absent("expect-status",
            new PortsType(100, 599, null, "status"), Written::status, "200-399", "Status codes that count as healthy.")
            .only("with type: http or https", HealthCheckKeys::http);
    private static final Key<Written, Boolean> VERIFY = absent("verify-certificate", Types.BOOLEAN, Written::verify,
            "true", "Whether the server's certificate must be valid.").only("with type: https", v -> is(v, Kind.HTTPS));
    private static final Key<Written, Path> CA_FILE = absent("ca-file", Types.CERTIFICATE, Written::caFile,
            "the JDK's certificates", "PEM certificates of a private CA to trust.").only("with type: https",
                    v -> is(v, Kind.HTTPS));
    private static final Key<Written, Bytes> SEND = absent("send", new BytesType(), Written::send,
            "none; needed for type: udp",
            "Datagram to send.").only("with type: udp", v -> is(v, Kind.UDP));
    private static final Key<Written, Boolean> ACCEPT_SILENCE = absent("accept-silence", Types.BOOLEAN,
            Written::acceptSilence, "false",
            "Healthy as well when nothing comes back within the timeout, not even an ICMP error.")
            .only("with type: udp",
                    v -> is(v, Kind.UDP));
    private static final Key<Written, List<String>> COMMAND = absent("command", new CommandType(), Written::command,
            "none; needed for type: script",
            "Program to run, without a shell. It gets SERVICE, SERVER, ADDRESS and PORT in its environment.")
            .only(
                    "with type: script", v -> is(v, Kind.SCRIPT));
    private static final Key<Written, HealthCheck.Connect.End> END = absent("end",
            Types.word(HealthCheck.Connect.End.class), Written::end, "reset",
            "How a connect check ends its connection: by a reset at once, which servers do not count as a failed client, "
                    + "or by closing it.")
            .only("with type: connect", v -> is(v, Kind.CONNECT));
    private static final Key<Written, Duration> INTERVAL = standard("interval",
            Types.duration(Duration.ofMillis(10), Duration.ofDays(1)), Written::interval, TIMING.interval(),
            "From the start of one check to the start of the next.");
    private static final Key<Written, Duration> TIMEOUT = standard("timeout",
            Types.duration(Duration.ofMillis(1), Duration.ofHours(1)), Written::timeout, TIMING.timeout(),
            "An unanswered check has failed after this time.");
    private static final Key<Written, Integer> RISE = standard("rise", new NumberType(1, 100), Written::rise,
            TIMING.rise(), "Successes in a row that take a server up.");
    private static final Key<Written, Integer> FALL = standard("fall", new NumberType(1, 100), Written::fall,
            TIMING.fall(), "Failures in a row that take a server down.");

    static final SectionType<Written> SECTION = SectionType
            .of("health check", List.<Key<Written, ?>>of(TYPE, PORT, PATH, HOST, EXPECT, EXPECT_STATUS, VERIFY, CA_FILE,
                    SEND, ACCEPT_SILENCE, COMMAND, END, INTERVAL, TIMEOUT, RISE, FALL), HealthCheckKeys::written)
            .shortForm(TYPE);

    private HealthCheckKeys() {
    }

    static HealthCheck standardCheck(Protocol protocol) {
        return standardKind(protocol) == Kind.PING ? new HealthCheck.Ping(TIMING) : new HealthCheck.Connect(0, TIMING);
    }

    private static Kind standardKind(Protocol protocol) {
        return protocol == Protocol.UDP ? Kind.PING : Kind.CONNECT;
    }

    private static boolean http(Values<Written> v) {
        return is(v, Kind.HTTP, Kind.HTTPS);
    }

    /** Whether the type is one of these; one that was not given or could not be read is every type. */
    private static boolean is(Values<Written> v, Kind... kinds) {
        Kind kind = v.orNull(TYPE);
        return kind == null || Set.of(kinds).contains(kind);
    }

    private static Written written(Values<Written> v) {
        return new Written(v.orNull(TYPE), v.orNull(PORT), v.orNull(PATH), v.orNull(HOST), v.orNull(EXPECT),
                v.orNull(EXPECT_STATUS), v.orNull(VERIFY), v.orNull(CA_FILE), v.orNull(SEND), v.orNull(ACCEPT_SILENCE),
                v.orNull(COMMAND), v.orNull(END), v.get(INTERVAL), v.get(TIMEOUT), v.get(RISE), v.get(FALL));
    }
}
