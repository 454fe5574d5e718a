package io.sluice.program.admin.http;

import io.sluice.program.http.HttpExchange;
import io.sluice.ringbuffers.ip.Ip;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who calls and whether they may: a session's cookie with a token on changes, or HTTP Basic for scripts. Any
 * thread.
 */
final class Authenticator {
    /** The prefix makes browsers insist on Secure, Path=/ and this very host (RFC 6265bis). */
    static final String COOKIE = "__Host-sluice";
    private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Strict";
    static final String TOKEN_HEADER = "X-CSRF-Token";
    private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);
    /** Tells a browser with which a user has logged in from others at the same address (OWASP's device cookie). */
    private static final String DEVICE = "__Host-sluice-device";
    private static final int DEVICE_BYTES = 16;
    private static final Set<String> READING = Set.of("GET", "HEAD");
    private static final long REMEMBERED_NS = TimeUnit.MINUTES.toNanos(1);
    private static final int MOST_REMEMBERED = 64;
    private static final int MOST_DIRECTORY = 8;

    private final Users users;
    private final @Nullable LdapDirectory directory;
    private final Sessions sessions;
    private final LoginDelay delay;
    private final PasswordChecks checks;
    private final Semaphore directoryAtOnce = new Semaphore(MOST_DIRECTORY);
    /** A script's password is derived once a minute, not at each request. */
    private final Map<String, Proven> proven = new ConcurrentHashMap<>();
    private final Map<String, FutureTask<Account>> proving = new ConcurrentHashMap<>();
    private final SecretKeySpec key = new SecretKeySpec(Secrets.word(32).getBytes(StandardCharsets.US_ASCII),
            "HmacSHA256");

    private record Proven(Account account, long untilNs) {
    }

    /** @param directory null: only the users file lets people in */
    Authenticator(Users users, @Nullable LdapDirectory directory, Sessions sessions, LoginDelay delay,
            PasswordChecks checks) {
        this.users = users;
        this.directory = directory;
        this.sessions = sessions;
        this.delay = delay;
        this.checks = checks;
    }

    /** Begins a session, and has the browser keep two cookies. */
    Sessions.Session login(HttpExchange exchange, String name, String password) {
        Sessions.Session session = sessions.begin(checked(exchange, name, password));
        exchange.trust();
        exchange.answerHeaders().add("Set-Cookie", COOKIE + "=" + session.id() + ATTRIBUTES);
        String device = cookie(exchange, DEVICE).orElse("");
        if (device.isEmpty() || !delay.remembers(device, name)) {
            String made = Secrets.word(DEVICE_BYTES);
            delay.remember(made, name);
            exchange.answerHeaders().add("Set-Cookie", DEVICE + "=" + made + ATTRIBUTES + "; Max-Age=15552000");
        }
        return session;
    }

    /** @throws ApiError when that is not his password */
    void prove(HttpExchange exchange, Identity identity, String password) {
        checked(exchange, identity.user(), password);
    }

    void logout(HttpExchange exchange, Sessions.Session session) {
        sessions.end(session.id());
        exchange.answerHeaders().add("Set-Cookie", COOKIE + "=" + ATTRIBUTES + "; Max-Age=0");
    }

    /** @throws ApiError when a change does not come from our own page, or a password is wrong */
    Identity identify(HttpExchange exchange) {
        String authorization = exchange.headers().first("Authorization");
        Identity identity = authorization == null ? ofSession(exchange) : ofBasic(exchange, authorization);
        if (!READING.contains(exchange.method())) {
            requireOwnPage(exchange, identity);
        }
        if (identity.role() != null) {
            exchange.trust();
        }
        return identity;
    }

    private Identity ofSession(HttpExchange exchange) {
        boolean active = !"background".equals(exchange.headers().first("X-Sluice-Activity"))
                && !exchange.path().endsWith("/stream");
        Sessions.Session session = cookie(exchange, COOKIE).flatMap(id -> sessions.find(id, active)).orElse(null);
        if (session == null) {
            return Identity.NOBODY;
        }
        Account account = session.account();
        if (account.isOfDirectory()) {
            return new Identity(account.name(), account.role(), session);
        }
        Account now = users.user(account.name()).orElse(null);
        if (now == null || !now.secret().equals(account.secret())) {
            sessions.end(session.id());
            return Identity.NOBODY;
        }
        return new Identity(now.name(), now.role(), session);
    }

    private Identity ofBasic(HttpExchange exchange, String authorization) {
        if (!authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            throw new ApiError(401, "want a session or HTTP Basic authentication");
        }
        String[] parts;
        try {
            parts = new String(Base64.getDecoder().decode(authorization.substring(6).strip()),
                    StandardCharsets.UTF_8).split(":", 2);
        } catch (IllegalArgumentException e) {
            throw new ApiError(401, "the Authorization header is not base64");
        }
        if (parts.length != 2) {
            throw new ApiError(401, "the Authorization header has no user:password");
        }
        String secret = users.user(parts[0]).map(Account::secret).orElse("");
        String proof = proof(parts[0], parts[1], secret);
        Proven known = proven.get(proof);
        if (known != null && known.untilNs() - System.nanoTime() > 0) {
            // the role may have changed since
            Account account = users.user(parts[0]).orElse(known.account());
            return new Identity(account.name(), account.role(), null);
        }
        Account account = proving(exchange, proof, parts[0], parts[1]);
        long nowNs = System.nanoTime();
        proven.values().removeIf(one -> one.untilNs() - nowNs < 0);
        if (proven.size() < MOST_REMEMBERED) {
            proven.put(proof(parts[0], parts[1], account.secret()), new Proven(account, nowNs + REMEMBERED_NS));
        }
        return new Identity(account.name(), account.role(), null);
    }

    /** A script that sends many requests at once has its password derived once. */
    private Account proving(HttpExchange exchange, String proof, String name, String password) {
        FutureTask<Account> own = new FutureTask<>(() -> checked(exchange, name, password));
        FutureTask<Account> first = proving.putIfAbsent(proof, own);
        if (first == null) {
            own.run();
            proving.remove(proof);
        }
        try {
            return (first == null ? own : first).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiError.busy("the daemon is stopping");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ApiError refusal) {
                throw refusal;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /**
     * Whoever stands in the users file is asked for that password; anybody else is the directory's, if there is one.
     */
    private Account checked(HttpExchange exchange, String name, String password) {
        String address = Ip.of(exchange.remote().getAddress()).toString();
        try (LoginDelay.Attempt attempt = delay.begin(name, address, cookie(exchange, DEVICE).orElse(""))) {
            Optional<Account> account = directory == null || users.user(name).isPresent()
                    ? checks.check(attempt.standing(), () -> users.check(name, password))
                    : inDirectory(directory, name, password);
            if (account.isEmpty()) {
                attempt.failed();
                LOG.warn("admin: login failed: user '{}' from {}", printable(name), address);
                throw new ApiError(401, "user or password is wrong");
            }
            attempt.succeeded();
            return account.get();
        }
    }

    private Optional<Account> inDirectory(LdapDirectory directory, String name, String password) {
        if (!directoryAtOnce.tryAcquire()) {
            throw ApiError.busy("too many log in");
        }
        try {
            return directory.check(name, password);
        } finally {
            directoryAtOnce.release();
        }
    }

    /** Tells a password proven for this very line of the users file, without keeping the password. */
    private String proof(String name, String password, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update((name + "\n" + secret + "\n").getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private static void requireOwnPage(HttpExchange exchange, Identity identity) {
        String site = exchange.headers().first("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw new ApiError(403, "changes from another site's page are refused");
        }
        Sessions.Session session = identity.session();
        if (session == null) {
            return;
        }
        String token = exchange.headers().first(TOKEN_HEADER);
        if (token == null || !MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8),
                session.csrfToken().getBytes(StandardCharsets.UTF_8))) {
            throw new ApiError(403, "header " + TOKEN_HEADER + " is missing or wrong; GET /api/v1/session has it");
        }
    }

    private static Optional<String> cookie(HttpExchange exchange, String name) {
        for (String header : exchange.headers().all("Cookie")) {
            for (String pair : header.split(";\\s*", -1)) {
                if (pair.startsWith(name + "=")) {
                    return Optional.of(pair.substring(name.length() + 1));
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
