package io.sluice.program.daemon;

import io.sluice.control.api.Control;
import io.sluice.control.api.Event;
import io.sluice.control.config.model.Admin;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.Metrics;
import io.sluice.program.admin.ControlSocket;
import io.sluice.program.admin.Wire;
import io.sluice.program.admin.http.AdminServer;
import io.sluice.program.observe.HostReport;
import io.sluice.program.observe.MetricsEndpoint;
import io.sluice.program.observe.MetricsPage;
import io.sluice.program.upgrade.SharedControl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a daemon is asked and told from outside: control socket, metrics, admin API. Main thread, or the upgrade's,
 * which closes them for the next process.
 */
final class ManagementEndpoints implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementEndpoints.class);

    private final Configuration configuration;
    private final Path file;
    private final Control control;
    private final Path state;
    private Optional<ControlSocket> socket = Optional.empty();
    private Optional<MetricsEndpoint> metrics = Optional.empty();
    private Optional<AdminServer> admin = Optional.empty();
    private boolean standardAdmin;
    private boolean vacated;

    /** @param file the configuration file */
    ManagementEndpoints(Configuration configuration, Path file, Control control) {
        this.configuration = configuration;
        this.file = file;
        this.control = control;
        state = configuration.stateDirectory();
    }

    synchronized void openControl() throws IOException {
        socket = Optional.of(ControlSocket.open(state, control));
    }

    /** Metrics, and the admin API where the configuration names its address. */
    synchronized void openStated() throws IOException {
        Metrics wanted = configuration.metrics();
        if (wanted != null) {
            metrics = Optional.of(MetricsEndpoint.open(wanted.listen(),
                    new MetricsPage(state, configuration.tables().connections(), control::status)));
        }
        Admin stated = configuration.admin();
        if (stated != null && stated.stated()) {
            openAdmin(stated);
        }
    }

    /** The admin API on the standard address, where the configuration names none, unless that is taken. */
    synchronized void openStandardAdmin() {
        Admin wanted = configuration.admin();
        if (wanted == null || wanted.stated()) {
            return;
        }
        standardAdmin = true;
        if (vacated) {
            return;
        }
        try {
            openAdmin(wanted);
        } catch (IOException e) {
            LOG.warn("no admin API and web UI: {}", e.getMessage());
            control.note(Event.Kind.ADMIN, "", "no admin API and web UI: " + e.getMessage());
        }
    }

    /** Empty: off, not opened, or its port is taken. */
    synchronized Optional<AdminServer> admin() {
        return admin;
    }

    private void openAdmin(Admin wanted) throws IOException {
        admin = Optional.of(AdminServer
                .open(new AdminServer.Setup(wanted, state, file, control, () -> HostReport.ofDaemon(configuration))));
    }

    // ---- for the next process ----

    /** The next process is asked and told at the usual place; whoever is connected here stays so. */
    synchronized void moveAside() throws IOException {
        move(SharedControl.socketOfDraining(state, ProcessHandle.current().pid()));
    }

    private void move(Path to) throws IOException {
        if (socket.isPresent()) {
            socket.get().moveTo(to);
        }
    }

    /** Frees the addresses of metrics and admin API. */
    synchronized void vacate() {
        vacated = true;
        metrics.ifPresent(MetricsEndpoint::close);
        metrics = Optional.empty();
        admin.ifPresent(AdminServer::close);
        admin = Optional.empty();
    }

    /** The next process has failed. */
    synchronized void moveBack() throws IOException {
        move(Wire.socketIn(state));
        vacated = false;
        openStated();
        if (standardAdmin) {
            openStandardAdmin();
        }
    }

    @Override
    public void close() {
        vacate();
        Optional<ControlSocket> open;
        synchronized (this) {
            open = socket;
            socket = Optional.empty();
        }
        open.ifPresent(ControlSocket::close); // which waits for answers under way, an upgrade's say
    }
}
