package io.sluice.program.cli;

import io.sluice.program.build.ExitCode;
import io.sluice.program.observe.DaemonReport;
import io.sluice.program.observe.ServiceReport;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice services}. */
@picocli.CommandLine.Command(name = "services", description = "Lists the virtual services with their state and counters.", footerHeading = "%nExamples:%n", footer = {
    "  sluice services", "  sluice services web mail", "  sluice services -o json"})
final class ServicesCommand extends Command {
    @Parameters(arity = "0..*", paramLabel = "SERVICE", description = "Only these.")
    private List<String> names = List.of();

    @Mixin
    private final StateDirectoryOption place = new StateDirectoryOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        DaemonReport report = new Reading(place).report();
        List<ServiceReport> services = names.isEmpty()
                ? report.services()
                : names.stream().map(name -> Names.service(report, name)).toList();
        if (output.json()) {
            out().println(Json.text(services));
        } else {
            LifeLines.warning(report, style()).ifPresent(out()::println);
            print(ServiceTables.services(services, style()), "no virtual services");
        }
        return ExitCode.OK;
    }
}
