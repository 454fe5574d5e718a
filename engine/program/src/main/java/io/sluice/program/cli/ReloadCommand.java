package io.sluice.program.cli;

import io.sluice.control.api.Command;
import io.sluice.program.build.ExitCode;

/** {@code sluice reload}. */
@picocli.CommandLine.Command(name = "reload", description = "Makes the daemon read its configuration file again and apply it. Established connections are untouched; an invalid file changes nothing (exit code 3).", footerHeading = "%nExamples:%n", footer = {
    "  sluice reload", "  sluice plan && sluice reload"})
final class ReloadCommand extends ChangeCommand {
    @Override
    public Integer call() {
        change(new Command.Reload());
        return ExitCode.OK;
    }
}
