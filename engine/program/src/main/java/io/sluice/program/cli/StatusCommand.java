package io.sluice.program.cli;

import io.sluice.program.build.ExitCode;
import io.sluice.program.observe.CopyReport;
import io.sluice.program.observe.DaemonReport;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Mixin;

/** {@code sluice status}: reads the daemon's files, so that it works while the daemon is stuck and after it died. */
@picocli.CommandLine.Command(name = "status", description = "Shows the daemon, its virtual services and their real servers. Works while the daemon is stuck and after it died.", footerHeading = "%nExamples:%n", footer = {
    "  sluice status", "  sluice status -c /etc/sluice/sluice.yaml",
    "  sluice status -o json | jq '.services[] | {name, state, connections}'"})
final class StatusCommand extends Subcommand {
    @Mixin
    private final StateDirectoryOption place = new StateDirectoryOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        DaemonReport report = new Reading(place).report();
        if (output.json()) {
            out().println(Json.text(report));
            return ExitCode.OK;
        }
        LifeLines.warning(report, style()).ifPresent(out()::println);
        out().println("sluice " + report.version() + ", pid " + report.daemon().pid()
                + (report.daemon().running() ? ", up " + uptime(report) : "") + ", " + report.workers() + " worker"
                + (report.workers() == 1 ? "" : "s") + " on " + report.transport());
        out().println("configuration " + report.configuration().file() + ", version "
                + report.configuration().version() + ", loaded " + LifeLines.time(report.configuration().loaded()));
        CopyReport copy = report.durableCopy();
        if (copy != null) {
            out().println("durable copy " + (copy.isFollowing() ? copy.state() : style().bad(copy.state())) + ", "
                    + counted(copy.affinity(), "client") + ", " + counted(copy.sessions(), "session") + ", lag "
                    + copy.lagMs() + " ms, " + copy.loaded() + " loaded, repaired " + copy.recoveries() + " times"
                    + (copy.full() ? ", " + style().bad("full") : ""));
        }
        LifeLines.faults(report, style()).ifPresent(out()::println);
        out().println();
        print(ServiceTables.services(report.services(), style()), "no virtual services");
        if (!report.services().isEmpty()) {
            out().println();
            print(ServiceTables.servers(report.services(), style()), "no real servers");
            ServiceTables.remarks(report.services()).forEach(out()::println);
        }
        ServiceTables.removed(report.removed()).forEach(out()::println);
        return ExitCode.OK;
    }

    private static String counted(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String uptime(DaemonReport report) {
        return Quantities.age(Duration.between(report.daemon().started(), Instant.now()));
    }
}
