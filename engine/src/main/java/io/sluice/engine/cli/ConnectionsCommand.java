package io.sluice.engine.cli;

import io.sluice.engine.conductor.Status;
import io.sluice.engine.config.Network;
import io.sluice.engine.observe.ConnectionReport;
import io.sluice.engine.observe.Connections;
import io.sluice.engine.observe.Known;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice connections}: reads the mapped flow tables, without asking the daemon. */
@picocli.CommandLine.Command(name = "connections", description = "Lists live connections and sessions: client, server, age, bytes both ways, how they are relayed, round-trip time. Works while the daemon is stuck; after it died it shows what it left.", footerHeading = "%nExamples:%n", footer = {
    "  sluice connections -s web", "  sluice connections -s web --server web2 --sort bytes --limit 20",
    "  sluice connections --client 192.0.2.0/24",
    "  sluice connections -s web -o json | jq 'map(.[\"bytes-in\"]) | add'"})
final class ConnectionsCommand extends Command {
    private static final int DEFAULT_LIMIT = 100;

    @Option(names = {"-s", "--service"}, paramLabel = "SERVICE", description = "Only of this virtual service.")
    private @Nullable String service;

    @Option(names = "--server", paramLabel = "SERVER", description = "Only to this real server.")
    private @Nullable String server;

    @Option(names = "--client", paramLabel = "ADDRESS", converter = Networks.class, description = "Only from this address or network.")
    private @Nullable Network client;

    @Option(names = "--sort", paramLabel = "ORDER", description = "age (oldest first, default), idle, bytes, in, out, rtt, client or server.", defaultValue = "age")
    private Connections.Order order = Connections.Order.AGE;

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
        Connections found = reading.read(directory -> Connections.read(directory, known,
                new Connections.Query(service, server, client, order, most)));
        if (output.json()) {
            Filters.printArray(out(), found.shown());
            return ExitCode.OK;
        }
        LifeLines.warning(reading.report(), style()).ifPresent(out()::println);
        print(table(found), "no connections");
        Filters.more(found.matching() - found.shown().size()).ifPresent(out()::println);
        return ExitCode.OK;
    }

    private static Table table(Connections found) {
        Table table = new Table(">ID", "SERVICE", "CLIENT", "SERVER", "ADDRESS", "STATE", ">AGE", ">IDLE", ">IN",
                ">OUT", "RELAY", ">RTT");
        for (ConnectionReport each : found.shown()) {
            table.row(each.id(), each.service(), each.client(), each.server(), each.serverAddress(), each.state(),
                    Quantities.age(Duration.ofMillis(each.ageMs())), Quantities.age(Duration.ofMillis(each.idleMs())),
                    Quantities.bytes(each.bytesIn()), Quantities.bytes(each.bytesOut()), relay(each),
                    each.rttMicros() == 0 ? "-" : Quantities.micros(each.rttMicros()));
        }
        return table;
    }

    /** One word where both directions are moved alike. */
    private static String relay(ConnectionReport each) {
        return each.relayIn().equals(each.relayOut()) ? each.relayIn() : each.relayIn() + "/" + each.relayOut();
    }
}
