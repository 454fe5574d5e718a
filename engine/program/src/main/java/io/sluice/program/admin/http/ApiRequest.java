package io.sluice.program.admin.http;

import io.sluice.control.api.Caller;
import io.sluice.control.api.Outcome;
import io.sluice.program.admin.Wire;
import io.sluice.program.http.BadRequest;
import io.sluice.program.http.HttpExchange;
import io.sluice.ringbuffers.ip.Ip;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** One request and its answer, in the words of the API. The thread that serves it. */
final class ApiRequest implements AutoCloseable {
    /** Of who has not said yet who he is: a login. */
    private static final int MOST_BYTES_OF_STRANGERS = 4 << 10;
    private static final int PART_BYTES = 8 << 10;
    private static final byte[] NOTHING = {};

    private final HttpExchange exchange;
    private final Map<String, String> query;
    private final Map<String, String> path;
    private final Identity identity;
    private final BodySpace.Part space;

    /** @param path the named parts of the address */
    ApiRequest(HttpExchange exchange, Map<String, String> path, Identity identity, BodySpace space) {
        this.exchange = exchange;
        this.path = path;
        this.identity = identity;
        this.space = space.part();
        this.query = parameters(exchange.query());
    }

    /** Its body is not needed any more. */
    @Override
    public void close() {
        space.close();
    }

    Identity identity() {
        return identity;
    }

    HttpExchange exchange() {
        return exchange;
    }

    String remote() {
        return Ip.of(exchange.remote().getAddress()).toString();
    }

    /** A part of the address. */
    String part(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalStateException("the route has no {" + name + "}");
        }
        return value;
    }

    @Nullable
    String parameter(String name) {
        String value = query.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    String required(String name) {
        String value = parameter(name);
        if (value == null) {
            throw new ApiError(400, "parameter '" + name + "' is missing");
        }
        return value;
    }

    long number(String name, long standard, long least, long most) {
        String text = parameter(name);
        if (text == null) {
            return standard;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new ApiError(400, "parameter '" + name + "' is '" + text + "', want " + least + ".." + most);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(exchange.headers().first(name));
    }

    String text() throws IOException {
        int most = identity.role() == null ? MOST_BYTES_OF_STRANGERS : BodySpace.MOST_OF_ONE_BYTES;
        var text = new ByteArrayOutputStream();
        byte[] part = new byte[PART_BYTES];
        try (InputStream body = exchange.body()) {
            for (int count = body.read(part); count >= 0; count = body.read(part)) {
                if (text.size() + count > most) {
                    throw new ApiError(413, "the body is larger than " + most + " bytes");
                }
                space.take(count);
                text.write(part, 0, count);
            }
        } catch (BadRequest broken) {
            throw new ApiError(broken.status(), "the body cannot be read: " + broken.text());
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    /** The body as an object with no other fields than these. */
    JsonNode json(String... fields) throws IOException {
        // a form of another site can only send other types
        if (!header("Content-Type").orElse("").startsWith("application/json")) {
            throw new ApiError(415, "want Content-Type: application/json");
        }
        try {
            JsonNode body = Wire.json().readTree(text());
            if (!body.isObject()) {
                throw new ApiError(400, "want a JSON object");
            }
            body.propertyNames().stream().filter(name -> !List.of(fields).contains(name)).findFirst()
                    .ifPresent(name -> {
                        throw new ApiError(400,
                                "field '" + name + "' is not known here; want " + String.join(", ", fields));
                    });
            return body;
        } catch (JacksonException e) {
            throw new ApiError(400, "the body is no JSON: " + e.getOriginalMessage());
        }
    }

    /** Who calls, for the audit. */
    Caller.RemoteUser caller() {
        return new Caller.RemoteUser(identity.user(), remote());
    }

    /** Versions that the caller may have read; empty: any will do. */
    List<String> seen() {
        return header("If-Match").filter(wanted -> !wanted.equals("*"))
                .map(wanted -> List.of(wanted.split("\\s*,\\s*")))
                .orElse(List.of());
    }

    /** @throws ApiError when the caller changes another version than the one there is */
    void requireMatch(String etag) {
        if (!seen().isEmpty() && !seen().contains(etag)) {
            throw stale(etag);
        }
    }

    private static ApiError stale(String now) {
        return new ApiError(412, "it has changed since you read it (now " + now + "): read it again");
    }

    /** @throws ApiError when it was not done */
    static void require(Outcome outcome) {
        switch (outcome) {
            case Outcome.Done _,Outcome.Planned _ -> {
                // as wanted
            }
            case Outcome.Refused(String message) -> throw new ApiError(409, message);
            case Outcome.Stale stale -> throw stale(stale.now());
            case Outcome.Invalid(String message, List<String> problems) -> throw new ApiError(422, message, problems);
        }
    }

    // ---- answers ----

    /** In place of what was there. */
    void answerHeader(String name, String value) {
        exchange.answerHeaders().set(name, value);
    }

    /** How a change ended, where nothing else is to be shown. */
    void answer(Outcome outcome) throws IOException {
        require(outcome);
        if (outcome instanceof Outcome.Done(String message, List<String> details)) {
            answer(200, Map.of("message", message, "details", details));
        }
    }

    void answer(int status, Object value) throws IOException {
        send(status, "application/json", Wire.json().writeValueAsBytes(value));
    }

    void answerTagged(String etag, Object value) throws IOException {
        answerHeader("ETag", etag);
        if (header("If-None-Match").filter(etag::equals).isPresent()) {
            exchange.answer(304, NOTHING);
            return;
        }
        answer(200, value);
    }

    void send(int status, String type, byte[] body) throws IOException {
        answerHeader("Content-Type", type);
        exchange.answer(status, body);
    }

    void nothing() throws IOException {
        exchange.answer(204, NOTHING);
    }

    void refuse(ApiError refusal) throws IOException {
        if (refusal.retryAfterSeconds() > 0) {
            answerHeader("Retry-After", Integer.toString(refusal.retryAfterSeconds()));
        }
        if (refusal.status() == 401) {
            // not Basic: a browser would ask for a password, keep it and send it along with other sites' requests
            answerHeader("WWW-Authenticate", "Session realm=\"sluice\"");
        }
        answer(refusal.status(),
                Map.of("status", refusal.status(), "error", refusal.text(), "problems", refusal.problems()));
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        if (query != null) {
            for (String pair : query.split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    parameters.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
                }
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ApiError(400, "'" + text + "' is not percent-encoded properly");
        }
    }
}
