package io.sluice.program.cli;

import io.sluice.control.api.AdminState;
import io.sluice.program.build.ExitCode;

/** {@code sluice halt}. */
@picocli.CommandLine.Command(name = "halt", description = "Takes a server out at once: no client is sent to it, its connections are closed. 'online' undoes it.", footerHeading = "%nExamples:%n", footer = {
    "  sluice halt web/web1", "  sluice drain web/web1 --wait && sluice halt web/web1"})
final class HaltCommand extends AdministerCommand {
    HaltCommand() {
        super(AdminState.HALT);
    }

    @Override
    public Integer call() {
        administer();
        return ExitCode.OK;
    }
}
