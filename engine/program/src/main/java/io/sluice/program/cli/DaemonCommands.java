package io.sluice.program.cli;

import io.sluice.control.api.Command;
import io.sluice.control.api.Request;
import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.program.build.ExitCode;
import io.sluice.program.daemon.DaemonProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Commands that start the daemon or have it start anew. */
final class DaemonCommands {
    private DaemonCommands() {
    }

    /** {@code sluice run}: the daemon, in the foreground. */
    @picocli.CommandLine.Command(name = "run", description = "Runs the daemon in the foreground. Prints one line 'ready' when every listener accepts. SIGHUP reloads, SIGTERM drains and ends, a second SIGTERM ends at once.", footerHeading = "%nExamples:%n", footer = {
        "  sluice run -c sluice.yaml", "  sluice check -c sluice.yaml && sluice run -c sluice.yaml"})
    static final class Run extends Subcommand {
        @Option(names = {"-c",
            "--config"}, paramLabel = "FILE", description = "The configuration file (default: /etc/sluice/sluice.yaml).")
        private @Nullable Path file;

        @Override
        public Integer call() {
            return DaemonProcess.run(file == null ? ConfigurationFile.STANDARD : file, out(), err());
        }
    }

    /** {@code sluice reload}. */
    @picocli.CommandLine.Command(name = "reload", description = "Makes the daemon read its configuration file again and apply it. Established connections are untouched; an invalid file changes nothing (exit code 3).", footerHeading = "%nExamples:%n", footer = {
        "  sluice reload", "  sluice plan && sluice reload"})
    static final class Reload extends ChangeCommand {
        @Override
        public Integer call() {
            change(new Command.Reload());
            return ExitCode.OK;
        }
    }

    /** {@code sluice upgrade}. */
    @picocli.CommandLine.Command(name = "upgrade", description = {
        "Starts the program anew, with the configuration file as it is now, and lets the new process take over: it gets the listening sockets, counters and affinity; no connection is refused. The old process lets its connections end, up to timeouts.drain, and exits.",
        "If the new process cannot start (exit code 3: invalid configuration; 6: anything else) the old one goes on serving."}, footerHeading = "%nExamples:%n", footer = {
            "  sluice check && sluice upgrade", "  apt-get install ./sluice_2.0_all.deb && sluice upgrade",
            "  sluice upgrade --program /opt/sluice-2.0/bin/sluice --timeout 30s",
            "  sluice upgrade -o json | jq -r .message"})
    static final class Upgrade extends ChangeCommand {
        /** What the old process may take beyond that to give way. */
        private static final Duration GIVING_WAY = Duration.ofSeconds(60);

        @Option(names = "--program", paramLabel = "FILE", description = "The launcher to start (default: the one that started the daemon).")
        private @Nullable Path program;

        @Option(names = "--timeout", paramLabel = "DURATION", converter = Durations.class, description = "How long the new process may take to get ready; then it is ended (default: 1m).", defaultValue = "1m")
        private Duration timeout = Duration.ofMinutes(1);

        @Override
        public Integer call() {
            if (timeout.isZero()) {
                throw Failure.usage("--timeout 0 leaves the new process no time");
            }
            Path named = program;
            Request request = new Command.Upgrade(named == null ? null : named.toAbsolutePath().toString(),
                    timeout.toMillis());
            print(new Asking(place()).ask(request, timeout.plus(GIVING_WAY)));
            return ExitCode.OK;
        }
    }
}
