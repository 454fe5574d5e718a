package io.sluice.engine.cli;

import io.sluice.engine.admin.Request;

/** {@code sluice reload}. */
@picocli.CommandLine.Command(name = "reload", description = "Makes the daemon read its configuration file again and apply it. Established connections are untouched; an invalid file changes nothing (exit code 3).", footerHeading = "%nExamples:%n", footer = {
    "  sluice reload", "  sluice plan && sluice reload"})
final class ReloadCommand extends ChangeCommand {
    @Override
    public Integer call() {
        change(new Request.Reload());
        return ExitCode.OK;
    }
}
