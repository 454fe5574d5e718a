package io.sluice.engine;

import io.sluice.engine.cli.ExitCode;
import io.sluice.engine.conductor.Outcome;
import io.sluice.engine.conductor.Status;
import io.sluice.engine.config.Configuration;
import io.sluice.engine.config.ConfigurationFile;
import io.sluice.engine.config.Listen;
import io.sluice.engine.config.Problem;
import io.sluice.engine.config.ServiceConfiguration;
import io.sluice.engine.service.ServiceNotifier;
import io.sluice.engine.service.Watchdog;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code sluice run}: the daemon as a process in the foreground, with its line {@code ready} and its signals. Main
 * thread.
 */
public final class DaemonProcess {
    private static final Logger LOG = LoggerFactory.getLogger(DaemonProcess.class);
    /** Closing sockets, tables and threads after the last connection. */
    private static final Duration STOPPING_TAKES = Duration.ofSeconds(20);

    private DaemonProcess() {
    }

    /**
     * Runs until a signal or a command ends it.
     *
     * @return the exit code of the process, one of {@link ExitCode}
     */
    public static int run(Path file, PrintWriter out, PrintWriter err) {
        switch (ConfigurationFile.read(file)) {
            case ConfigurationFile.Invalid invalid -> {
                invalid.problems().forEach(err::println);
                err.println("sluice run: " + file + " cannot be used; 'sluice check -c " + file + "' checks it again");
                return ExitCode.INVALID_CONFIGURATION;
            }
            case ConfigurationFile.Valid valid -> {
                Logging.apply(valid.configuration().log());
                return run(valid, file, out, err);
            }
        }
    }

    private static int run(ConfigurationFile.Valid valid, Path file, PrintWriter out, PrintWriter err) {
        valid.problems().stream().map(Problem::toString).forEach(LOG::warn);
        ServiceNotifier manager = ServiceNotifier.of(System.getenv());
        try (Daemon daemon = Daemon.start(valid.configuration(), file)) {
            handleSignals(daemon, manager);
            out.println("ready " + listening(valid.configuration()) + ", " + daemon.transport().label() + ", "
                    + daemon.control().status().workers() + " workers");
            out.flush();
            manager.ready(status(daemon));
            daemon.openStandardAdmin(file);
            Watchdog.interval(System.getenv(), ProcessHandle.current().pid())
                    .ifPresent(interval -> Watchdog.start(manager, interval, daemon::makesProgress));
            daemon.awaitStop();
            return ExitCode.OK;
        } catch (StartFailure e) {
            err.println("sluice run: " + e.text());
            return ExitCode.REFUSED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERNAL_ERROR;
        }
    }

    private static String listening(Configuration configuration) {
        List<ServiceConfiguration> services = configuration.services();
        return services.isEmpty()
                ? "without services"
                : "listening on " + services.stream().map(DaemonProcess::listening).collect(Collectors.joining(", "));
    }

    private static String listening(ServiceConfiguration service) {
        return service.listens().stream().map(Listen::toString)
                .map(listen -> service.protocol().word() + " " + listen).collect(Collectors.joining(", ")) + " ("
                + service.name() + ")";
    }

    // ---- signals ----

    private static void handleSignals(Daemon daemon, ServiceNotifier manager) {
        Signals.handle("HUP", () -> reload(daemon, manager));
        Signals.handle("TERM", () -> stop(daemon, manager));
        Signals.handle("INT", () -> stop(daemon, manager));
    }

    private static void reload(Daemon daemon, ServiceNotifier manager) {
        manager.reloading();
        switch (daemon.control().reload()) {
            case Outcome.Done done -> done.details().forEach(detail -> LOG.info("reload: {}", detail));
            case Outcome.Invalid invalid -> invalid.problems().forEach(problem -> LOG.error("reload: {}", problem));
            case Outcome.Refused refused -> LOG.error("reload: {}", refused.message());
            case Outcome.Planned planned -> LOG.info("reload: {}", planned.plan().summary());
        }
        manager.ready(status(daemon)); // also after a failure: the old configuration serves on
    }

    /** The first asks for an orderly end, the second ends the process at once. */
    private static void stop(Daemon daemon, ServiceNotifier manager) {
        if (daemon.isStopping()) {
            LOG.info("second signal: ending {} connections at once", daemon.openConnections());
            Runtime.getRuntime().halt(ExitCode.OK);
        }
        manager.stopping("draining " + daemon.openConnections() + " connections");
        manager.extendTimeout(daemon.drainTimeout().plus(STOPPING_TAKES));
        daemon.requestStop(true);
    }

    private static String status(Daemon daemon) {
        Status status = daemon.control().status();
        int services = status.services().size();
        return services + (services == 1 ? " service" : " services") + ", configuration version "
                + status.configuration().version();
    }
}
