package io.sluice.control.config.keys;

import static io.sluice.control.config.type.Key.absent;
import static io.sluice.control.config.type.Key.standard;

import io.sluice.conntrack.Protocol;
import io.sluice.control.config.model.HealthCheck.Connect.End;
import io.sluice.control.config.model.HealthCheck.Preset.Application;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.Word;
import io.sluice.control.config.type.FileTypes.CommandType;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.NumberTypes.NumberType;
import io.sluice.control.config.type.SectionType;
import io.sluice.control.config.type.Types;
import io.sluice.control.config.type.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The keys of a health check, which one mapping holds for every type of check. */
final class HealthCheckKeys {
    /** The value of {@code type}. */
    enum Kind implements Word {
        CONNECT, PING, HTTP, HTTPS, TCP, TLS, REDIS, MYSQL, POSTGRESQL, SMTP, LDAP, AGENT, UDP, SCRIPT, NONE;

        static Kind of(HealthCheck check) {
            return switch (check) {
                case HealthCheck.Connect _ -> CONNECT;
                case HealthCheck.Ping _ -> PING;
                case HealthCheck.Http http -> http.tls() == null ? HTTP : HTTPS;
                case HealthCheck.Tcp _ -> TCP;
                case HealthCheck.Tls _ -> TLS;
                case HealthCheck.Preset preset -> valueOf(preset.protocol().name());
                case HealthCheck.Agent _ -> AGENT;
                case HealthCheck.Udp _ -> UDP;
                case HealthCheck.Script _ -> SCRIPT;
                case HealthCheck.None _ -> NONE;
            };
        }
    }

    /**
     * A health check as written: without a type it is a connect check, which a udp service has no use for.
     *
     * @param kind null: left to the service's protocol
     */
    record Written(@Nullable Kind kind, HealthCheck check) {
        static Written of(HealthCheck check) {
            return new Written(Kind.of(check), check);
        }

        HealthCheck forProtocol(Protocol protocol) {
            return kind == null && protocol == Protocol.UDP ? new HealthCheck.Ping(check.timing()) : check;
        }
    }

    private static final HealthCheck.Timing TIMING = HealthCheck.Timing.STANDARD;
    private static final Kind[] WITH_PORT = {Kind.CONNECT, Kind.HTTP, Kind.HTTPS, Kind.TCP, Kind.TLS, Kind.REDIS,
        Kind.MYSQL, Kind.POSTGRESQL, Kind.SMTP, Kind.LDAP, Kind.AGENT, Kind.UDP, Kind.SCRIPT};

    static final Key<Written, Kind> TYPE = absent("type", Types.word(Kind.class), Written::kind,
            "connect for tcp, ping for udp",
            "connect: a TCP connection succeeds. ping: an ICMP echo is answered. http, https: a request is answered as "
                    + "expected. tcp: a conversation goes as its steps say. tls: a handshake succeeds. redis, mysql, "
                    + "postgresql, smtp, ldap: such a server answers as one that works. agent: an agent beside the "
                    + "server says how it is. udp: a datagram is answered. script: a program exits with 0. none: every "
                    + "server counts as up.");
    private static final Key<Written, Integer> PORT = absent("port", Types.PORT,
            (Written w) -> w.check().port() == 0 ? null : w.check().port(), "the real server's own port",
            "Port to check.").only("with a type that has a port, which ping and none have not", v -> is(v, WITH_PORT));
    private static final Key<Written, List<String>> COMMAND = absent("command", new CommandType(),
            (Written w) -> w.check() instanceof HealthCheck.Script script ? script.command() : null,
            "none; needed for type: script",
            "Program to run, without a shell. It gets SERVICE, SERVER, ADDRESS and PORT in its environment.")
            .only("with type: script", v -> is(v, Kind.SCRIPT));
    private static final Key<Written, End> END = absent("end", Types.word(End.class),
            (Written w) -> w.check() instanceof HealthCheck.Connect connect && connect.end() != End.RESET
                    ? connect.end()
                    : null,
            "reset",
            "How a connect check ends its connection: by a reset at once, which servers do not count as a failed client, "
                    + "or by closing it.")
            .only("with type: connect", v -> is(v, Kind.CONNECT));
    private static final Key<Written, Duration> INTERVAL = standard("interval",
            Types.duration(Duration.ofMillis(10), Duration.ofDays(1)), timing(HealthCheck.Timing::interval),
            TIMING.interval(), "From the start of one check to the start of the next.");
    private static final Key<Written, Duration> TIMEOUT = standard("timeout",
            Types.duration(Duration.ofMillis(1), Duration.ofHours(1)), timing(HealthCheck.Timing::timeout),
            TIMING.timeout(), "An unanswered check has failed after this time.");
    private static final Key<Written, Integer> RISE = standard("rise", new NumberType(1, 100),
            timing(HealthCheck.Timing::rise), TIMING.rise(), "Successes in a row that take a server up.");
    private static final Key<Written, Integer> FALL = standard("fall", new NumberType(1, 100),
            timing(HealthCheck.Timing::fall), TIMING.fall(), "Failures in a row that take a server down.");

    static final SectionType<Written> SECTION = SectionType.of("health check", keys(), HealthCheckKeys::written)
            .shortForm(TYPE);

    private HealthCheckKeys() {
    }

    private static List<Key<Written, ?>> keys() {
        var keys = new ArrayList<Key<Written, ?>>(List.of(TYPE, PORT));
        keys.addAll(HttpCheckKeys.KEYS);
        keys.addAll(PayloadCheckKeys.KEYS);
        keys.addAll(TlsCheckKeys.KEYS);
        keys.addAll(List.of(COMMAND, END, INTERVAL, TIMEOUT, RISE, FALL));
        return List.copyOf(keys);
    }

    private static <V> Function<Written, @Nullable V> timing(Function<HealthCheck.Timing, V> part) {
        return written -> part.apply(written.check().timing());
    }

    static HealthCheck standardCheck(Protocol protocol) {
        return protocol == Protocol.UDP ? new HealthCheck.Ping(TIMING) : new HealthCheck.Connect(0, TIMING);
    }

    /**
     * Whether the type is one of these. One that could not be read may be any; one that was left out is
     * {@code connect} or {@code ping}.
     */
    static boolean is(Values<Written> v, Kind... kinds) {
        Set<Kind> wanted = Set.of(kinds);
        if (v.has(TYPE)) {
            return wanted.contains(v.get(TYPE));
        }
        return v.names(TYPE) || wanted.contains(Kind.CONNECT) || wanted.contains(Kind.PING);
    }

    private static Written written(Values<Written> v) {
        var timing = new HealthCheck.Timing(v.get(INTERVAL), v.get(TIMEOUT), v.get(RISE), v.get(FALL));
        int port = v.get(PORT, 0);
        Kind kind = v.orNull(TYPE);
        return new Written(kind, switch (kind == null ? Kind.CONNECT : kind) {
            case CONNECT -> new HealthCheck.Connect(port, v.get(END, End.RESET), timing);
            case PING -> new HealthCheck.Ping(timing);
            case NONE -> new HealthCheck.None();
            case HTTP -> HttpCheckKeys.check(v, port, null, timing);
            case HTTPS -> HttpCheckKeys.check(v, port, TlsCheckKeys.secured(v), timing);
            case TLS -> TlsCheckKeys.check(v, port, timing);
            case TCP -> PayloadCheckKeys.tcp(v, port, timing);
            case REDIS -> PayloadCheckKeys.preset(v, Application.REDIS, port, timing);
            case MYSQL -> PayloadCheckKeys.preset(v, Application.MYSQL, port, timing);
            case POSTGRESQL -> PayloadCheckKeys.preset(v, Application.POSTGRESQL, port, timing);
            case SMTP -> PayloadCheckKeys.preset(v, Application.SMTP, port, timing);
            case LDAP -> PayloadCheckKeys.preset(v, Application.LDAP, port, timing);
            case AGENT -> PayloadCheckKeys.agent(v, port, timing);
            case UDP -> PayloadCheckKeys.udp(v, port, timing);
            case SCRIPT -> new HealthCheck.Script(v.get(COMMAND, List.of()), port, timing);
        });
    }
}
