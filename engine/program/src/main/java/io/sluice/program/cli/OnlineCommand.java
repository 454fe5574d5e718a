package io.sluice.program.cli;

import io.sluice.control.api.AdminState;
import io.sluice.program.build.ExitCode;

/** {@code sluice online}. */
@picocli.CommandLine.Command(name = "online", description = "Lets a drained or halted server take new clients again.", footerHeading = "%nExamples:%n", footer = {
    "  sluice online web/web1", "  sluice online 'web/*'"})
final class OnlineCommand extends AdministerCommand {
    OnlineCommand() {
        super(AdminState.ONLINE);
    }

    @Override
    public Integer call() {
        administer();
        return ExitCode.OK;
    }
}
