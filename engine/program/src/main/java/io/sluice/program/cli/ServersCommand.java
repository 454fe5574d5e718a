package io.sluice.program.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.sluice.program.build.ExitCode;
import io.sluice.program.observe.DaemonReport;
import io.sluice.program.observe.ServerReport;
import io.sluice.program.observe.ServiceReport;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice servers}. */
@picocli.CommandLine.Command(name = "servers", description = "Lists the real servers with their health, what an administrator wants of them, and counters.", footerHeading = "%nExamples:%n", footer = {
    "  sluice servers", "  sluice servers web", "  sluice servers -o json | jq '.[] | select(.health == \"down\")'"})
final class ServersCommand extends Command {
    @Parameters(arity = "0..*", paramLabel = "SERVICE", description = "Only those of these virtual services.")
    private List<String> names = List.of();

    @Mixin
    private final StateDirectoryOption place = new StateDirectoryOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    /** A server in the flat list. */
    record Row(String service, @JsonUnwrapped ServerReport server) {
    }

    @Override
    public Integer call() {
        DaemonReport report = new Reading(place).report();
        List<ServiceReport> services = names.isEmpty()
                ? report.services()
                : names.stream().map(name -> Names.service(report, name)).toList();
        if (output.json()) {
            out().println(Json.text(services.stream().flatMap(
                    service -> service.servers().stream().map(server -> new Row(service.name(), server))).toList()));
        } else {
            LifeLines.warning(report, style()).ifPresent(out()::println);
            print(ServiceTables.servers(services, style()), "no real servers");
        }
        return ExitCode.OK;
    }
}
