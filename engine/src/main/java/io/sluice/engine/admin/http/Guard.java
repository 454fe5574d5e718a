package io.sluice.engine.admin.http;

import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who calls and whether they may: a session's cookie with a token on changes, or HTTP Basic for scripts. Any thread.
 */
final class Guard {
    /** The prefix makes browsers insist on Secure, Path=/ and this very host (RFC 6265bis). */
    static final String COOKIE = "__Host-sluice";
    static final String TOKEN_HEADER = "X-CSRF-Token";
    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);
    private static final Set<String> READING = Set.of("GET", "HEAD");
    private static final long REMEMBERED_NS = TimeUnit.MINUTES.toNanos(1);
    private static final int MOST_REMEMBERED = 64;

    private final Users users;
    private final Sessions sessions;
    private final LoginDelay delay;
    /** A script's password is derived once a minute, not at each request. */
    private final Map<String, Long> proven = new ConcurrentHashMap<>();
    private final SecretKeySpec key = new SecretKeySpec(Secrets.word(32).getBytes(StandardCharsets.US_ASCII),
            "HmacSHA256");

    Guard(Users users, Sessions sessions, LoginDelay delay) {
        this.users = users;
        this.sessions = sessions;
        this.delay = delay;
    }

    Sessions.Session login(String name, String password, String address) {
        return sessions.begin(checked(name, password, address));
    }

    void logout(Sessions.Session session) {
        sessions.end(session.id());
    }

    /** @throws Refusal when a change does not come from our own page, or a password is wrong */
    Identity identify(HttpExchange exchange) {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        Identity identity = authorization == null ? ofSession(exchange) : ofBasic(exchange, authorization);
        if (!READING.contains(exchange.getRequestMethod())) {
            requireOwnPage(exchange, identity);
        }
        return identity;
    }

    private Identity ofSession(HttpExchange exchange) {
        boolean active = !"background".equals(exchange.getRequestHeaders().getFirst("X-Sluice-Activity"))
                && !exchange.getRequestURI().getPath().endsWith("/stream");
        Sessions.Session session = cookie(exchange).flatMap(id -> sessions.find(id, active)).orElse(null);
        if (session == null) {
            return Identity.NOBODY;
        }
        Users.User user = users.user(session.user()).orElse(null);
        if (user == null || !user.password().toString().equals(session.passwordHash())) {
            sessions.end(session.id());
            return Identity.NOBODY;
        }
        return new Identity(user.name(), user.role(), session);
    }

    private Identity ofBasic(HttpExchange exchange, String authorization) {
        if (!authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            throw new Refusal(401, "want a session or HTTP Basic authentication");
        }
        String[] parts;
        try {
            parts = new String(Base64.getDecoder().decode(authorization.substring(6).strip()),
                    StandardCharsets.UTF_8).split(":", 2);
        } catch (IllegalArgumentException e) {
            throw new Refusal(401, "the Authorization header is not base64");
        }
        if (parts.length != 2) {
            throw new Refusal(401, "the Authorization header has no user:password");
        }
        Users.User user = users.user(parts[0]).orElse(null);
        String proof = user == null ? "" : proof(parts[1], user);
        Long until = proven.get(proof);
        if (user == null || until == null || until - System.nanoTime() < 0) {
            user = checked(parts[0], parts[1], exchange.getRemoteAddress().getAddress().getHostAddress());
            long nowNs = System.nanoTime();
            proven.values().removeIf(end -> end - nowNs < 0);
            if (proven.size() < MOST_REMEMBERED) {
                proven.put(proof(parts[1], user), nowNs + REMEMBERED_NS);
            }
        }
        return new Identity(user.name(), user.role(), null);
    }

    private Users.User checked(String name, String password, String address) {
        delay.check(name, address);
        Optional<Users.User> user = users.check(name, password);
        if (user.isEmpty()) {
            delay.failed(name, address);
            LOG.warn("admin: login failed: user '{}' from {}", printable(name), address);
            throw new Refusal(401, "user or password is wrong");
        }
        delay.succeeded(name, address);
        return user.get();
    }

    /** Tells a password proven for this very line of the users file, without keeping the password. */
    private String proof(String password, Users.User user) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update((user.name() + "\n" + user.password() + "\n").getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private static void requireOwnPage(HttpExchange exchange, Identity identity) {
        String site = exchange.getRequestHeaders().getFirst("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw new Refusal(403, "changes from another site's page are refused");
        }
        Sessions.Session session = identity.session();
        if (session == null) {
            return;
        }
        String token = exchange.getRequestHeaders().getFirst(TOKEN_HEADER);
        if (token == null || !MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8),
                session.csrfToken().getBytes(StandardCharsets.UTF_8))) {
            throw new Refusal(403, "header " + TOKEN_HEADER + " is missing or wrong; GET /api/v1/session has it");
        }
    }

    private static Optional<String> cookie(HttpExchange exchange) {
        for (String header : exchange.getRequestHeaders().getOrDefault("Cookie", java.util.List.of())) {
            for (String pair : header.split(";\\s*", -1)) {
                if (pair.startsWith(COOKIE + "=")) {
                    return Optional.of(pair.substring(COOKIE.length() + 1));
                }
            }
        }
        return Optional.empty();
    }

    private static String printable(String name) {
        return name.codePoints().limit(64).map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }
}
