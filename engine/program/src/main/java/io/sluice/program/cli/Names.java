package io.sluice.program.cli;

import io.sluice.control.config.model.NoSuchName;
import io.sluice.program.observe.DaemonReport;
import io.sluice.program.observe.ServiceReport;
import java.util.List;

/** Names that a user types, and what was meant where nothing has them. */
final class Names {
    private Names() {
    }

    static ServiceReport service(DaemonReport report, String name) {
        return report.service(name).orElseThrow(() -> unknownService(name,
                report.services().stream().map(ServiceReport::name).toList()));
    }

    static Failure unknownService(String name, List<String> known) {
        return Failure.refused(NoSuchName.service(name, known));
    }

    static Failure unknownServer(String service, String name, List<String> known) {
        return Failure.refused(NoSuchName.server(service, name, known));
    }
}
