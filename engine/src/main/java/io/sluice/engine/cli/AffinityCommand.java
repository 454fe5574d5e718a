package io.sluice.engine.cli;

import io.sluice.engine.conductor.Status;
import io.sluice.engine.config.Network;
import io.sluice.engine.observe.AffinityReport;
import io.sluice.engine.observe.Known;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice affinity}: reads the mapped affinity table, without asking the daemon. */
@picocli.CommandLine.Command(name = "affinity", description = "Lists which client comes back to which server, and for how long. Works while the daemon is stuck and after it died.", footerHeading = "%nExamples:%n", footer = {
    "  sluice affinity -s web", "  sluice affinity --client 192.0.2.7",
    "  sluice affinity -s web --sort expiry -o json"})
final class AffinityCommand extends Command {
    private static final int DEFAULT_LIMIT = 100;

    @Option(names = {"-s", "--service"}, paramLabel = "SERVICE", description = "Only of this virtual service.")
    private @Nullable String service;

    @Option(names = "--server", paramLabel = "SERVER", description = "Only to this real server.")
    private @Nullable String server;

    @Option(names = "--client", paramLabel = "ADDRESS", converter = Networks.class, description = "Only of this address or network.")
    private @Nullable Network client;

    @Option(names = "--sort", paramLabel = "ORDER", description = "age (oldest first), idle, expiry, client (default) or server.", defaultValue = "client")
    private AffinityReport.Order order = AffinityReport.Order.CLIENT;

    @Option(names = "--limit", paramLabel = "N", description = "Show at most N; 0: all (default: 100 as text, all as JSON).")
    private @Nullable Integer limit;

    @Mixin
    private final StatePlace place = new StatePlace();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        Reading reading = new Reading(place);
        Status status = reading.status();
        Filters.check(status, service, server);
        Known known = new Known(status);
        int most = Filters.limit(limit, output.json() ? 0 : DEFAULT_LIMIT);
        AffinityReport.Found found = reading.read(directory -> AffinityReport.read(directory, known,
                new AffinityReport.Query(service, server, client, order, most)));
        if (output.json()) {
            Filters.printArray(out(), found.shown());
            return ExitCode.OK;
        }
        LifeLines.warning(reading.report(), style()).ifPresent(out()::println);
        print(table(found), "no affinity entries");
        Filters.more(found.matching() - found.shown().size()).ifPresent(out()::println);
        out().println(found.entries() + " of " + found.capacity() + " entries used");
        return ExitCode.OK;
    }

    private Table table(AffinityReport.Found found) {
        Table table = new Table("CLIENT", "SERVICE", "SERVER", ">AGE", ">IDLE", ">EXPIRES IN");
        for (AffinityReport each : found.shown()) {
            table.row(each.client(), String.join(",", each.services()), each.server(),
                    Quantities.age(Duration.ofMillis(each.ageMs())), Quantities.age(Duration.ofMillis(each.idleMs())),
                    each.expiresInMs() <= 0
                            ? style().dim("expired")
                            : Quantities.age(Duration.ofMillis(each.expiresInMs())));
        }
        return table;
    }
}
