package io.sluice.program.cli;

import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.program.daemon.DaemonProcess;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code sluice run}: the daemon, in the foreground. */
@picocli.CommandLine.Command(name = "run", description = "Runs the daemon in the foreground. Prints one line 'ready' when every listener accepts. SIGHUP reloads, SIGTERM drains and ends, a second SIGTERM ends at once.", footerHeading = "%nExamples:%n", footer = {
    "  sluice run -c sluice.yaml", "  sluice check -c sluice.yaml && sluice run -c sluice.yaml"})
final class RunCommand extends Subcommand {
    @Option(names = {"-c",
        "--config"}, paramLabel = "FILE", description = "The configuration file (default: /etc/sluice/sluice.yaml).")
    private @Nullable Path file;

    @Override
    public Integer call() {
        return DaemonProcess.run(file == null ? ConfigurationFile.STANDARD : file, out(), err());
    }
}
