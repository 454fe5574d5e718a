package io.sluice.program.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.sluice.program.build.ExitCode;
import io.sluice.program.observe.DaemonReport;
import io.sluice.program.observe.ServerReport;
import io.sluice.program.observe.ServiceReport;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Commands that list virtual services or their real servers. */
final class ServiceListings {
    private ServiceListings() {
    }

    /** What they have in common. */
    abstract static class Listing extends Subcommand {
        @Mixin
        private final StateDirectoryOption place = new StateDirectoryOption();

        @Mixin
        private final OutputOption output = new OutputOption();

        /** Prints those of these services, or of all. */
        final int list(List<String> names) {
            DaemonReport report = new Reading(place).report();
            List<ServiceReport> services = names.isEmpty()
                    ? report.services()
                    : names.stream().map(name -> Names.service(report, name)).toList();
            if (output.json()) {
                out().println(Json.text(rows(services)));
            } else {
                LifeLines.warning(report, style()).ifPresent(out()::println);
                print(services);
            }
            return ExitCode.OK;
        }

        abstract List<?> rows(List<ServiceReport> services);

        abstract void print(List<ServiceReport> services);
    }

    /** {@code sluice services}. */
    @picocli.CommandLine.Command(name = "services", description = "Lists the virtual services with their state and counters.", footerHeading = "%nExamples:%n", footer = {
        "  sluice services", "  sluice services web mail", "  sluice services -o json"})
    static final class Services extends Listing {
        @Parameters(arity = "0..*", paramLabel = "SERVICE", description = "Only these.")
        private List<String> names = List.of();

        @Override
        public Integer call() {
            return list(names);
        }

        @Override
        List<?> rows(List<ServiceReport> services) {
            return services;
        }

        @Override
        void print(List<ServiceReport> services) {
            print(ServiceTables.services(services, style()), "no virtual services");
        }
    }

    /** {@code sluice servers}. */
    @picocli.CommandLine.Command(name = "servers", description = "Lists the real servers with their health, what an administrator wants of them, and counters.", footerHeading = "%nExamples:%n", footer = {
        "  sluice servers", "  sluice servers web",
        "  sluice servers -o json | jq '.[] | select(.health == \"down\")'"})
    static final class Servers extends Listing {
        @Parameters(arity = "0..*", paramLabel = "SERVICE", description = "Only those of these virtual services.")
        private List<String> names = List.of();

        /** A server in the flat list. */
        record Row(String service, @JsonUnwrapped ServerReport server) {
        }

        @Override
        public Integer call() {
            return list(names);
        }

        @Override
        List<?> rows(List<ServiceReport> services) {
            return services.stream().flatMap(
                    service -> service.servers().stream().map(server -> new Row(service.name(), server))).toList();
        }

        @Override
        void print(List<ServiceReport> services) {
            print(ServiceTables.servers(services, style()), "no real servers");
        }
    }
}
