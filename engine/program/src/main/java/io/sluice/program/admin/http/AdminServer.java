package io.sluice.program.admin.http;

import io.sluice.control.api.Control;
import io.sluice.control.api.Event;
import io.sluice.control.api.Role;
import io.sluice.control.config.model.Admin;
import io.sluice.control.config.model.Ldap;
import io.sluice.control.config.model.TlsIdentity;
import io.sluice.program.http.ClientGone;
import io.sluice.program.http.HttpExchange;
import io.sluice.program.http.HttpPort;
import io.sluice.program.observe.OpenFiles;
import io.sluice.ringbuffers.ip.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTPS server of the admin API and the web UI, a virtual thread per connection, of which there may be as many as
 * an eighth of the process's descriptors. It is bound at once and serves as soon as its users and its certificate are
 * there, which a thread of its own sees to: the start of the daemon does not wait for it.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int MOST_CONNECTIONS = 512;
    private static final int SHARE = 8;
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options", "nosniff", "X-Frame-Options", "DENY", "Referrer-Policy", "no-referrer",
            "Cross-Origin-Opener-Policy", "same-origin", "Cross-Origin-Resource-Policy", "same-origin",
            "Cache-Control", "no-store");

    private final Setup setup;
    private final HttpPort port;
    private final Router router = new Router();
    private final BodySpace bodies = new BodySpace();
    private final Users users;
    private final Authenticator guard;
    private final PasswordChecks passwords = new PasswordChecks();
    private final Snapshots snapshots;
    private final History history = new History();
    private final ConnectTimes connectTimes;
    private final CompletableFuture<InetSocketAddress> serving = new CompletableFuture<>();
    private volatile boolean closed;
    private final ScheduledExecutorService sampling = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("admin-history").daemon().factory());

    /**
     * What it works with.
     *
     * @param file the daemon's configuration file
     * @param doctor examines the host; its value is shown as JSON
     */
    public record Setup(Admin admin, Path stateDirectory, Path file, Control control, Callable<?> doctor) {
    }

    private AdminServer(Setup setup, HttpPort port) {
        this.setup = setup;
        this.port = port;
        users = new Users(usersFile(setup));
        Sessions sessions = new Sessions(System::nanoTime);
        Ldap ldap = setup.admin().ldap();
        guard = new Authenticator(users, ldap == null ? null : new LdapDirectory(ldap), sessions,
                new LoginDelay(System::nanoTime), passwords);
        connectTimes = new ConnectTimes(setup.stateDirectory());
        snapshots = new Snapshots(setup.control(), setup.stateDirectory());
        addResources();
    }

    /**
     * Binds, and goes on to serve in the background.
     *
     * @throws IOException when the address cannot be bound, or the configured certificate cannot be used
     */
    public static AdminServer open(Setup setup) throws IOException {
        Endpoint listen = setup.admin().listen();
        TlsIdentity identity = setup.admin().tls();
        SSLContext context = identity == null ? null : configured(identity);
        HttpPort port;
        try {
            port = HttpPort.open("admin", listen.toInetSocketAddress(), OpenFiles.share(SHARE, MOST_CONNECTIONS));
        } catch (IOException e) {
            throw new IOException("admin.listen: cannot listen on " + listen + ": " + e.getMessage()
                    + ": stop what listens there, or set another admin.listen", e);
        }
        AdminServer made = new AdminServer(setup, port);
        Thread.ofPlatform().name("admin-start").daemon().start(() -> made.prepare(context));
        return made;
    }

    private static SSLContext configured(TlsIdentity identity) throws IOException {
        try {
            return Certificate.of(identity);
        } catch (IOException e) {
            throw new IOException("admin.tls: " + e.getMessage(), e);
        }
    }

    private static Path usersFile(Setup setup) {
        Path stated = setup.admin().usersFile();
        return stated == null ? UsersFile.standard(setup.stateDirectory()) : stated;
    }

    /** Completes with its address when it serves; exceptionally when it cannot. */
    public CompletableFuture<InetSocketAddress> serving() {
        return serving;
    }

    /** Where it is bound. */
    public InetSocketAddress address() {
        return port.address();
    }

    @Override
    public void close() {
        closed = true;
        sampling.shutdownNow();
        port.close();
        passwords.close();
    }

    Router router() {
        return router;
    }

    /** @param configured null: a self-signed one */
    private void prepare(@Nullable SSLContext configured) {
        try {
            users.makeFirst();
            port.start(configured != null
                    ? configured
                    : Certificate.selfSigned(setup.stateDirectory(), setup.admin().listen().address()), this::serve);
            sample(() -> history.sample(snapshots.read()), History.EVERY);
            sample(connectTimes::sample, ConnectTimes.EVERY);
            LOG.info("admin: https://{}/", Endpoint.of(address()));
            serving.complete(address());
        } catch (IOException | RuntimeException e) {
            if (closed) {
                serving.completeExceptionally(e);
                return; // an upgrade was faster
            }
            String text = "the admin API and web UI cannot start: " + e.getMessage();
            if (e instanceof IOException) {
                LOG.warn("admin: {}", text); // of this host, in words
            } else {
                LOG.error("admin: {}", text, e);
            }
            setup.control().note(Event.Kind.ADMIN, "", text);
            port.close();
            serving.completeExceptionally(e);
        }
    }

    private void addResources() {
        Control control = setup.control();
        Audit audit = new Audit(control);
        new SessionResources(guard, new UsersFile(usersFile(setup)), audit).addTo(router);
        new ServiceResources(control, snapshots, connectTimes).addTo(router);
        new TrafficResources(control, setup.stateDirectory()).addTo(router);
        new ConfigurationResources(control, new ConfigurationFiles(control, setup.file()), audit).addTo(router);
        new CommandResources(control).addTo(router);
        new HostResources(control, history, setup.doctor()).addTo(router);
        new StatusStream(control, snapshots, guard).addTo(router);
        Pages.addTo(router);
    }

    private interface Sampling {
        void run() throws IOException;
    }

    private void sample(Sampling what, Duration every) {
        sampling.scheduleWithFixedDelay(() -> {
            try {
                what.run();
            } catch (IOException | RuntimeException e) {
                LOG.debug("admin: no sample: {}", e.toString());
            }
        }, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    // ---- one request ----

    private static void failed(ApiRequest call, Exception why) throws IOException {
        HttpExchange exchange = call.exchange();
        LOG.error("admin: {} {} failed", exchange.method(), exchange.path(), why);
        if (!exchange.isAnswered()) {
            call.refuse(new ApiError(500, "the daemon failed at it; its log has the details"));
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        HEADERS.forEach(exchange.answerHeaders()::set);
        try (ApiRequest plain = new ApiRequest(exchange, Map.of(), Identity.NOBODY, bodies)) {
            answer(exchange, plain);
        } catch (ApiError malformed) { // the query, so there is no request to refuse it by
            exchange.answer(malformed.status(), malformed.text().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void answer(HttpExchange exchange, ApiRequest plain) throws IOException {
        try {
            Router.Match match = router.find(exchange.method(), exchange.path());
            Role needed = match.route().role();
            Identity identity = needed == null ? Identity.NOBODY : guard.identify(exchange);
            if (needed != null && !identity.may(needed)) {
                throw identity.role() == null
                        ? new ApiError(401, "log in first: POST /api/v1/session, or HTTP Basic authentication")
                        : new ApiError(403, "'" + identity.user() + "' is a " + identity.role().word() + "; this needs "
                                + needed.word());
            }
            try (ApiRequest call = new ApiRequest(exchange, match.parts(), identity, bodies)) {
                match.route().resource().serve(call);
            }
        } catch (ApiError refusal) {
            plain.refuse(refusal);
        } catch (ClientGone gone) {
            throw gone; // nobody is left to be answered
        } catch (IOException | RuntimeException failure) {
            failed(plain, failure);
        }
    }
}
