package io.sluice.program.cli;

import io.sluice.program.observe.ConnectionReport;
import io.sluice.program.observe.Connections;
import io.sluice.program.observe.Known;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code sluice connections}: reads the mapped flow tables, without asking the daemon. */
@picocli.CommandLine.Command(name = "connections", description = "Lists live connections and sessions: client, server, age, bytes both ways, how they are relayed, round-trip time. Works while the daemon is stuck; after it died it shows what it left.", footerHeading = "%nExamples:%n", footer = {
    "  sluice connections -s web", "  sluice connections -s web --server web2 --sort bytes --limit 20",
    "  sluice connections --client 192.0.2.0/24",
    "  sluice connections -s web -o json | jq 'map(.[\"bytes-in\"]) | add'"})
final class ConnectionsCommand extends ListingCommand<ConnectionReport> {
    @Option(names = "--sort", paramLabel = "ORDER", description = "age (oldest first, default), idle, bytes, in, out, rtt, client or server.", defaultValue = "age")
    private Connections.Order order = Connections.Order.AGE;

    @Override
    Listing<ConnectionReport> find(Path stateDirectory, Known known, Filter filter) throws IOException {
        Connections found = Connections.read(stateDirectory, known, new Connections.Query(filter.service(), filter
                .server(), filter.client(), order, filter.limit()));
        return new Listing<>(found.shown(), found.matching(), Optional.empty());
    }

    @Override
    String none() {
        return "no connections";
    }

    @Override
    Table table(List<ConnectionReport> rows) {
        Table table = new Table(">ID", "SERVICE", "CLIENT", "SERVER", "ADDRESS", "STATE", ">AGE", ">IDLE", ">IN",
                ">OUT", "RELAY", ">RTT");
        for (ConnectionReport each : rows) {
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
