package io.sluice.engine;

import io.sluice.engine.cli.ExitCode;
import io.sluice.engine.conductor.Outcome;
import io.sluice.engine.config.Configuration;
import io.sluice.engine.config.ConfigurationFile;
import io.sluice.engine.config.Listen;
import io.sluice.engine.config.Problem;
import io.sluice.engine.config.ServiceConfiguration;
import java.io.PrintWriter;
import java.nio.file.Path;
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
        try (Daemon daemon = Daemon.start(valid.configuration(), file)) {
            handleSignals(daemon);
            out.println("ready " + listening(valid.configuration()) + ", " + daemon.transport().label() + ", "
                    + daemon.control().status().workers() + " workers");
            out.flush();
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

    private static void handleSignals(Daemon daemon) {
        Signals.handle("HUP", () -> reload(daemon));
        Signals.handle("TERM", () -> stop(daemon));
        Signals.handle("INT", () -> stop(daemon));
    }

    private static void reload(Daemon daemon) {
        switch (daemon.control().reload()) {
            case Outcome.Done done -> done.details().forEach(detail -> LOG.info("reload: {}", detail));
            case Outcome.Invalid invalid -> invalid.problems().forEach(problem -> LOG.error("reload: {}", problem));
            case Outcome.Refused refused -> LOG.error("reload: {}", refused.message());
        }
    }

    /** The first asks for an orderly end, the second ends the process at once. */
    private static void stop(Daemon daemon) {
        if (daemon.isStopping()) {
            LOG.info("second signal: ending {} connections at once", daemon.openConnections());
            Runtime.getRuntime().halt(ExitCode.OK);
        }
        daemon.requestStop(true);
    }
}
