package io.sluice.program.daemon;

import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.control.api.InheritedSockets;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.Status;
import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.Listen;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.yaml.Problem;
import io.sluice.program.build.ExitCode;
import io.sluice.program.log.LogWriter;
import io.sluice.program.observe.HostFit;
import io.sluice.program.systemd.ActivatedSockets;
import io.sluice.program.systemd.ServiceNotifier;
import io.sluice.program.systemd.Watchdog;
import io.sluice.program.upgrade.Inheritance;
import io.sluice.program.upgrade.Predecessor;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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

    /** For whoever reads stdout and stderr; who stalls for longer misses what is left. */
    private static final Duration READER_PATIENCE = Duration.ofSeconds(1);

    private static boolean readerStalls;

    private DaemonProcess() {
    }

    /**
     * Runs until a signal or a command ends it.
     *
     * @return the exit code of the process, one of {@link ExitCode}
     */
    public static int run(Path file, PrintWriter out, PrintWriter err) {
        Predecessor predecessor = Predecessor.of(System.getenv());
        switch (ConfigurationFile.read(file, new HostFit())) {
            case ConfigurationFile.Invalid invalid -> {
                tell(predecessor, ExitCode.INVALID_CONFIGURATION,
                        invalid.problems().stream().map(Problem::toString).collect(Collectors.joining("\n")));
                invalid.problems().forEach(err::println);
                err.println("sluice run: " + file + " cannot be used; 'sluice check -c " + file + "' checks it again");
                return ExitCode.INVALID_CONFIGURATION;
            }
            case ConfigurationFile.Valid valid -> {
                PrintStream stderr = System.err;
                LogWriter log = LogWriter.standardError();
                System.setErr(log.stream());
                try {
                    Logging.apply(valid.configuration().log());
                    return end(run(valid, file, predecessor, out, err));
                } finally {
                    log.flush(READER_PATIENCE);
                    System.setErr(stderr);
                }
            }
        }
    }

    private static void tell(@Nullable Predecessor predecessor, int exitCode, String text) {
        if (predecessor != null) {
            predecessor.failed(exitCode, text);
        }
    }

    private static int run(ConfigurationFile.Valid valid, Path file, @Nullable Predecessor predecessor,
            PrintWriter out, PrintWriter err) {
        valid.problems().stream().map(Problem::toString).forEach(LOG::warn);
        ServiceNotifier manager = ServiceNotifier.of(System.getenv());
        AtomicReference<@Nullable Watchdog> watchdog = new AtomicReference<>();
        LongConsumer onDeparture = pid -> {
            Watchdog fed = watchdog.get();
            if (fed != null) {
                fed.close();
            }
            manager.mainProcess(pid);
        };
        try (Daemon daemon = start(valid.configuration(), file, predecessor, onDeparture)) {
            handleSignals(daemon, manager);
            say(out, "ready " + listening(valid.configuration()) + ", " + daemon.transport().label() + ", "
                    + daemon.control().status().workers() + " workers");
            daemon.announce();
            manager.ready(status(daemon));
            daemon.openStandardAdmin();
            Watchdog.interval(System.getenv(), ProcessHandle.current().pid())
                    .ifPresent(interval -> watchdog.set(Watchdog.start(manager, interval, daemon::makesProgress)));
            daemon.awaitStop();
            return ExitCode.OK;
        } catch (StartFailure e) {
            tell(predecessor, ExitCode.REFUSED, e.text());
            say(err, "sluice run: " + e.text());
            return ExitCode.REFUSED;
        } catch (IOException e) {
            say(err, "sluice run: " + e.getMessage());
            return ExitCode.INTERNAL_ERROR;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERNAL_ERROR;
        }
    }

    /** Where a reader stalls, whoever flushes stdout or stderr would wait for ever. */
    private static int end(int exitCode) {
        if (readerStalls) {
            Runtime.getRuntime().halt(exitCode);
        }
        return exitCode;
    }

    /** Prints a line, and goes on without it where its reader stalls. */
    private static void say(PrintWriter to, String line) {
        Thread saying = Thread.ofPlatform().name("said").daemon().start(() -> {
            to.println(line);
            to.flush();
        });
        try {
            readerStalls |= !saying.join(READER_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Daemon start(Configuration configuration, Path file, @Nullable Predecessor predecessor,
            LongConsumer onDeparture) throws StartFailure, IOException {
        InheritedSockets sockets = predecessor == null
                ? Inheritance.of(ActivatedSockets.of(System.getenv(), ProcessHandle.current().pid()))
                : predecessor.sockets();
        return Daemon.start(configuration, file, new FileSource(),
                new Takeover(configuration, file, predecessor, sockets), onDeparture);
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
        if (!Signals.handleHangUp(() -> reload(daemon, manager))) {
            LOG.warn("SIGHUP is ignored by whoever started this process: it does not reload, 'sluice reload' does");
        }
        Signals.handle("TERM", () -> stop(daemon, manager));
        Signals.handle("INT", () -> stop(daemon, manager));
    }

    private static void reload(Daemon daemon, ServiceNotifier manager) {
        if (!daemon.isStopping()) {
            manager.reloading();
        }
        switch (daemon.control().tell(new Command.Reload(), Caller.DAEMON)) {
            case Outcome.Done done -> done.details().forEach(detail -> LOG.info("reload: {}", detail));
            case Outcome.Invalid invalid -> invalid.problems().forEach(problem -> LOG.error("reload: {}", problem));
            case Outcome.Refused refused -> LOG.error("reload: {}", refused.message());
            case Outcome.Stale stale -> LOG.error("reload: {}", stale.message());
            case Outcome.Planned planned -> LOG.info("reload: {}", planned.plan().summary());
        }
        if (!daemon.isStopping()) {
            manager.ready(status(daemon)); // also after a failure: the old configuration serves on
        }
    }

    /** The first asks for an orderly end, the second ends the process at once. */
    private static void stop(Daemon daemon, ServiceNotifier manager) {
        if (daemon.isStopping()) {
            LOG.info("second signal: ending {} connections at once", daemon.openConnections());
            daemon.stopPredecessors();
            LogWriter.standardError().flush(READER_PATIENCE);
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
