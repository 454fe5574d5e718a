package io.sluice.program.cli;

import io.sluice.control.api.AdminState;
import io.sluice.program.admin.Request;
import picocli.CommandLine.Parameters;

/** What drain, halt and online have in common. */
abstract class AdministerCommand extends ChangeCommand {
    @Parameters(paramLabel = "SERVICE/SERVER", converter = ServerName.Converter.class, description = "The real server; 'SERVICE/*' means all of them.")
    private ServerName target = new ServerName("", "");

    private final AdminState state;

    AdministerCommand(AdminState state) {
        this.state = state;
    }

    final ServerName target() {
        return target;
    }

    final void administer() {
        change(new Request.Administer(target.service(), target.server(), state));
    }
}
