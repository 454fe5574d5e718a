package io.sluice.control.config.keys;

import static io.sluice.control.config.type.Key.absent;

import io.sluice.control.config.keys.HealthCheckKeys.Kind;
import io.sluice.control.config.keys.HealthCheckKeys.Written;
import io.sluice.control.config.model.HealthCheck.Secured;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.NumberTypes.NumberType;
import io.sluice.control.config.type.Types;
import io.sluice.control.config.type.Values;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The keys of a health check that speaks TLS. */
final class TlsCheckKeys {
    private static final String CONDITION = "with type: https or tls, or with tls: true";

    static final Key<Written, String> HOST = absent("host", Types.HOST_NAME, TlsCheckKeys::host,
            "the real server's address", "Host header (http, https), and with TLS the name for SNI, which the "
                    + "certificate must hold.")
            .only("with type: http, or with TLS", v -> HealthCheckKeys.is(v, Kind.HTTP) || speaksTls(v));
    private static final Key<Written, Boolean> TLS = absent("tls", Types.BOOLEAN, (Written w) -> switch (w.check()) {
        case HealthCheck.Tcp tcp when tcp.tls() != null -> true;
        case HealthCheck.Preset preset when preset.tls() != null -> true;
        default -> null;
    }, "false", "TLS from the first byte on.").only("with type: tcp, redis, smtp or ldap",
            v -> HealthCheckKeys.is(v, Kind.TCP, Kind.REDIS, Kind.SMTP, Kind.LDAP));
    private static final Key<Written, Boolean> VERIFY = absent("verify-certificate", Types.BOOLEAN,
            secured(Secured::verifyCertificate), "true", "Whether the server's certificate must be valid.")
            .only(CONDITION, TlsCheckKeys::speaksTls);
    private static final Key<Written, Path> CA_FILE = absent("ca-file", Types.CERTIFICATE, secured(Secured::caFile),
            "the JDK's certificates", "PEM certificates of a private CA to trust.")
            .only(CONDITION, TlsCheckKeys::speaksTls);
    private static final Key<Written, Boolean> RSA_KEY_EXCHANGE = absent("rsa-key-exchange", Types.BOOLEAN,
            secured(secured -> secured.rsaKeyExchange() ? true : null), "false",
            "Whether TLS 1.2 with RSA key exchange will do, which has no forward secrecy.")
            .only(CONDITION, TlsCheckKeys::speaksTls);
    private static final Key<Written, Integer> DAYS_LEFT = absent("days-left", new NumberType(0, 36_500),
            (Written w) -> w.check() instanceof HealthCheck.Tls tls && tls.daysLeft() != 0 ? tls.daysLeft() : null,
            "0", "The check fails when the certificate is valid for fewer days than this.")
            .only("with type: tls", v -> HealthCheckKeys.is(v, Kind.TLS));

    static final List<Key<Written, ?>> KEYS = List.of(TLS, VERIFY, CA_FILE, RSA_KEY_EXCHANGE, DAYS_LEFT);

    private TlsCheckKeys() {
    }

    private static boolean speaksTls(Values<Written> v) {
        return HealthCheckKeys.is(v, Kind.HTTPS, Kind.TLS) || Boolean.TRUE.equals(v.orNull(TLS));
    }

    private static <V> Function<Written, @Nullable V> secured(Function<Secured, @Nullable V> part) {
        return written -> {
            Secured secured = switch (written.check()) {
                case HealthCheck.Http http -> http.tls();
                case HealthCheck.Tls tls -> tls.tls();
                case HealthCheck.Tcp tcp -> tcp.tls();
                case HealthCheck.Preset preset -> preset.tls();
                default -> null;
            };
            return secured == null ? null : part.apply(secured);
        };
    }

    private static @Nullable String host(Written written) {
        return switch (written.check()) {
            case HealthCheck.Http http -> http.request().host();
            case HealthCheck.Tls tls -> tls.host();
            case HealthCheck.Tcp tcp -> tcp.host();
            case HealthCheck.Preset preset -> preset.host();
            default -> null;
        };
    }

    static Secured secured(Values<Written> v) {
        return new Secured(v.get(VERIFY, true), v.orNull(CA_FILE), v.get(RSA_KEY_EXCHANGE, false));
    }

    /** Null: in clear. */
    static @Nullable Secured ifSecured(Values<Written> v) {
        return v.get(TLS, false) ? secured(v) : null;
    }

    static HealthCheck check(Values<Written> v, int port, HealthCheck.Timing timing) {
        return new HealthCheck.Tls(port, v.orNull(HOST), secured(v), v.get(DAYS_LEFT, 0), timing);
    }
}
