package io.sluice.program.daemon;

import io.sluice.control.api.Control;
import io.sluice.control.api.Event;
import io.sluice.control.config.model.Admin;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.Metrics;
import io.sluice.program.admin.ControlSocket;
import io.sluice.program.admin.Upgrader;
import io.sluice.program.admin.Wire;
import io.sluice.program.admin.http.AdminServer;
import io.sluice.program.observe.HostReport;
import io.sluice.program.observe.MetricsEndpoint;
import io.sluice.program.observe.MetricsPage;
import io.sluice.program.upgrade.SharedControl;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a daemon is asked and told from outside: control socket, metrics, admin API. Main thread, or the upgrade's, which
 * closes them for the next process.
 */
final class ManagementEndpoints implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementEndpoints.class);

    private final Configuration configuration;
    private final Path file;
    private final Control control;
    private final Upgrader upgrader;
    private final Path state;
    private @Nullable ControlSocket socket;
    private @Nullable MetricsEndpoint metrics;
    private @Nullable AdminServer admin;
    private boolean standardAdmin;
    private boolean vacated;

    /** @param file the configuration file */
    ManagementEndpoints(Configuration configuration, Path file, Control control, Upgrader upgrader) {
        this.configuration = configuration;
        this.file = file;
        this.control = control;
        this.upgrader = upgrader;
        state = configuration.stateDirectory();
    }

    void openControl() throws IOException {
        socket = ControlSocket.open(state, control, upgrader);
    }

    /** Metrics, and the admin API where the configuration names its address. */
    synchronized void openStated() throws IOException {
        Metrics wanted = configuration.metrics();
        if (wanted != null) {
            metrics = MetricsEndpoint.open(wanted.listen(),
                    new MetricsPage(state, configuration.tables().connections(), control::status));
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

    @Nullable
    synchronized AdminServer admin() {
        return admin;
    }

    private void openAdmin(Admin wanted) throws IOException {
        admin = AdminServer
                .open(new AdminServer.Setup(wanted, state, file, control, () -> HostReport.ofDaemon(configuration)));
    }

    // ---- for the next process ----

    /** The next process is asked and told at the usual place; whoever is connected here stays so. */
    void moveAside() throws IOException {
        ControlSocket open = socket;
        if (open != null) {
            open.moveTo(SharedControl.socketOfDraining(state, ProcessHandle.current().pid()));
        }
    }

    /** Frees the addresses of metrics and admin API. */
    synchronized void vacate() {
        MetricsEndpoint openMetrics = metrics;
        AdminServer openAdmin = admin;
        vacated = true;
        metrics = null;
        admin = null;
        if (openMetrics != null) {
            openMetrics.close();
        }
        if (openAdmin != null) {
            openAdmin.close();
        }
    }

    /** The next process has failed. */
    synchronized void moveBack() throws IOException {
        ControlSocket open = socket;
        if (open != null) {
            open.moveTo(Wire.socketIn(state));
        }
        vacated = false;
        openStated();
        if (standardAdmin) {
            openStandardAdmin();
        }
    }

    @Override
    public void close() {
        vacate();
        ControlSocket open = socket;
        socket = null;
        if (open != null) {
            open.close();
        }
    }
}
