package io.sluice.control.config.keys;

import static io.sluice.control.config.type.Key.absent;

import io.sluice.control.config.keys.HealthCheckKeys.Kind;
import io.sluice.control.config.keys.HealthCheckKeys.Written;
import io.sluice.control.config.model.Bytes;
import io.sluice.control.config.model.HealthCheck.Http.Request;
import io.sluice.control.config.model.HealthCheck.Http;
import io.sluice.control.config.model.HealthCheck.Secured;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.PortSet;
import io.sluice.control.config.type.HeadersType;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.NumberTypes.PortsType;
import io.sluice.control.config.type.TextTypes.BytesType;
import io.sluice.control.config.type.TextTypes.TextType;
import io.sluice.control.config.type.Values;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The keys of a health check that asks over HTTP. */
final class HttpCheckKeys {
    private static final String CONDITION = "with type: http or https";

    private static final Key<Written, String> METHOD = Key.<Written, String>absent("method",
            new TextType("[A-Z]{1,20}", "a method", "a method in capitals, such as GET, HEAD, OPTIONS or POST"),
            request(request -> request.method().equals("GET") ? null : request.method()), "GET",
            "Method of the request.").only(CONDITION, HttpCheckKeys::http);
    private static final Key<Written, String> PATH = Key.<Written, String>absent("path",
            new TextType("/[^\\s\\p{Cntrl}]*|\\*", "a path", "a path that starts with '/', without blanks"),
            request(Request::path), "/", "Path to ask for.").only(CONDITION, HttpCheckKeys::http);
    private static final Key<Written, Map<String, String>> HEADERS = absent("headers", new HeadersType(),
            request(request -> request.headers().isEmpty() ? null : request.headers()), "none",
            "Header lines to send, in place of those that Sluice would send under the same name.")
            .only(CONDITION, HttpCheckKeys::http);
    private static final Key<Written, Bytes> BODY = absent("body", new BytesType(),
            request(request -> request.body().size() == 0 ? null : request.body()), "none",
            "Body to send.").only(CONDITION, HttpCheckKeys::http);
    private static final Key<Written, PortSet> EXPECT_STATUS = absent("expect-status",
            new PortsType(100, 599, null, "status"),
            (Written w) -> w.check() instanceof Http http ? new PortSet(http.expectStatus()) : null, "200-399",
            "Status codes that count as healthy.").only(CONDITION, HttpCheckKeys::http);

    static final List<Key<Written, ?>> KEYS = List.of(METHOD, PATH, TlsCheckKeys.HOST, HEADERS, BODY, EXPECT_STATUS);

    private HttpCheckKeys() {
    }

    private static <V> Function<Written, @Nullable V> request(Function<Request, @Nullable V> part) {
        return written -> written.check() instanceof Http http ? part.apply(http.request()) : null;
    }

    private static boolean http(Values<Written> v) {
        return HealthCheckKeys.is(v, Kind.HTTP, Kind.HTTPS);
    }

    static HealthCheck check(Values<Written> v, int port, @Nullable Secured tls, HealthCheck.Timing timing) {
        Bytes expect = v.orNull(PayloadCheckKeys.EXPECT);
        PortSet status = v.orNull(EXPECT_STATUS);
        var request = new Request(v.get(METHOD, "GET"), v.get(PATH, "/"), v.orNull(TlsCheckKeys.HOST),
                v.get(HEADERS, Map.of()), v.get(BODY, Bytes.NONE));
        return new Http(port, request, expect == null ? null : new String(expect.toArray(), StandardCharsets.UTF_8),
                status == null ? Http.STANDARD_STATUS : status.ranges(), tls, timing);
    }
}
