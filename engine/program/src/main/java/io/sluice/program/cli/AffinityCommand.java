package io.sluice.program.cli;

import io.sluice.program.observe.AffinityReport;
import io.sluice.program.observe.Known;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code sluice affinity}: reads the mapped affinity table, without asking the daemon. */
@picocli.CommandLine.Command(name = "affinity", description = "Lists which client comes back to which server, and for how long. Works while the daemon is stuck and after it died.", footerHeading = "%nExamples:%n", footer = {
    "  sluice affinity -s web", "  sluice affinity --client 192.0.2.7",
    "  sluice affinity -s web --sort expiry -o json"})
final class AffinityCommand extends ListingCommand<AffinityReport> {
    @Option(names = "--sort", paramLabel = "ORDER", description = "age (oldest first), idle, expiry, client (default) or server.", defaultValue = "client")
    private AffinityReport.Order order = AffinityReport.Order.CLIENT;

    @Override
    Listing<AffinityReport> find(Path stateDirectory, Known known, Filter filter) throws IOException {
        AffinityReport.Found found = AffinityReport.read(stateDirectory, known, new AffinityReport.Query(filter
                .service(), filter.server(), filter.client(), order, filter.limit()));
        return new Listing<>(found.shown(), found.matching(), Optional.of(found.entries() + " of " + found.capacity()
                + " entries used"));
    }

    @Override
    String none() {
        return "no affinity entries";
    }

    @Override
    Table table(List<AffinityReport> rows) {
        Table table = new Table("CLIENT", "SERVICE", "SERVER", ">AGE", ">IDLE", ">EXPIRES IN");
        for (AffinityReport each : rows) {
            table.row(each.client(), String.join(",", each.services()), each.server(),
                    Quantities.age(Duration.ofMillis(each.ageMs())), Quantities.age(Duration.ofMillis(each.idleMs())),
                    each.expiresInMs() <= 0
                            ? style().dim("expired")
                            : Quantities.age(Duration.ofMillis(each.expiresInMs())));
        }
        return table;
    }
}
