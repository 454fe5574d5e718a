package io.sluice.program.cli;

import io.sluice.control.api.Status.ServerStatus;
import io.sluice.control.api.Status.ServiceStatus;
import io.sluice.control.api.Status;
import io.sluice.program.build.ExitCode;
import io.sluice.program.observe.AffinityReport;
import io.sluice.program.observe.ConnectionReport;
import io.sluice.program.observe.Connections;
import io.sluice.program.observe.Known;
import io.sluice.ringbuffers.ip.Prefix;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A command that lists what a mapped table holds, without asking the daemon. Main thread.
 *
 * @param <R> a row
 */
abstract class ListingCommand<R> extends Subcommand {
    private static final int DEFAULT_LIMIT = 100;

    @Option(names = {"-s", "--service"}, paramLabel = "SERVICE", description = "Only of this virtual service.")
    private @Nullable String service;

    @Option(names = "--server", paramLabel = "SERVER", description = "Only to this real server.")
    private @Nullable String server;

    @Option(names = "--client", paramLabel = "ADDRESS", converter = Networks.class, description = "Only of this client, or of the clients in this network.")
    private @Nullable Prefix client;

    @Option(names = "--limit", paramLabel = "N", description = "Show at most N; 0: all (default: 100 as text, all as JSON).")
    private @Nullable Integer limit;

    @Mixin
    private final StateDirectoryOption place = new StateDirectoryOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    /**
     * What was asked for; a part that is null matches all.
     *
     * @param limit 0: all
     */
    record Filter(@Nullable String service, @Nullable String server, @Nullable Prefix client, int limit) {
    }

    /**
     * What was found.
     *
     * @param shown not more than the limit
     * @param matching how many there are
     * @param footer a last line for people
     */
    record Listing<R>(List<R> shown, long matching, Optional<String> footer) {
    }

    abstract Listing<R> find(Path stateDirectory, Known known, Filter filter) throws IOException;

    abstract Table table(List<R> rows);

    /** The sentence in place of an empty table. */
    abstract String none();

    @Override
    public final Integer call() {
        Reading reading = new Reading(place);
        Status status = reading.status();
        Filters.check(status, service, server);
        Known known = new Known(status);
        var filter = new Filter(service, server, client, Filters.limit(limit, output.json() ? 0 : DEFAULT_LIMIT));
        Listing<R> found = reading.read(directory -> find(directory, known, filter));
        if (output.json()) {
            Filters.printArray(out(), found.shown);
            return ExitCode.OK;
        }
        LifeLines.warning(reading.report(), style()).ifPresent(out()::println);
        print(table(found.shown), none());
        Filters.more(found.matching - found.shown.size()).ifPresent(out()::println);
        found.footer.ifPresent(out()::println);
        return ExitCode.OK;
    }

    /** {@code sluice connections}: reads the mapped flow tables, without asking the daemon. */
    @picocli.CommandLine.Command(name = "connections", description = "Lists live connections and sessions: client, server, age, bytes both ways, how they are relayed, round-trip time. Works while the daemon is stuck; after it died it shows what it left.", footerHeading = "%nExamples:%n", footer = {
        "  sluice connections -s web", "  sluice connections -s web --server web2 --sort bytes --limit 20",
        "  sluice connections --client 192.0.2.0/24",
        "  sluice connections -s web -o json | jq 'map(.[\"bytes-in\"]) | add'"})
    static final class LiveConnections extends ListingCommand<ConnectionReport> {
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
                        Quantities.age(Duration.ofMillis(each.ageMs())),
                        Quantities.age(Duration.ofMillis(each.idleMs())),
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

    /** {@code sluice affinity}: reads the mapped affinity table, without asking the daemon. */
    @picocli.CommandLine.Command(name = "affinity", description = "Lists which client comes back to which server, and for how long. Works while the daemon is stuck and after it died.", footerHeading = "%nExamples:%n", footer = {
        "  sluice affinity -s web", "  sluice affinity --client 192.0.2.7",
        "  sluice affinity -s web --sort expiry -o json"})
    static final class Affinity extends ListingCommand<AffinityReport> {
        @Option(names = "--sort", paramLabel = "ORDER", description = "age (oldest first), idle, expiry, client (default) or server.", defaultValue = "client")
        private AffinityReport.Order order = AffinityReport.Order.CLIENT;

        @Override
        Listing<AffinityReport> find(Path stateDirectory, Known known, Filter filter) throws IOException {
            AffinityReport.Found found = AffinityReport.read(stateDirectory, known, new AffinityReport.Query(filter
                    .service(), filter.server(), filter.client(), order, filter.limit()));
            return new Listing<>(found.shown(), found.matching(),
                    Optional.of(found.entries() + " of " + found.capacity()
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
                        Quantities.age(Duration.ofMillis(each.ageMs())),
                        Quantities.age(Duration.ofMillis(each.idleMs())),
                        each.expiresInMs() <= 0
                                ? style().dim("expired")
                                : Quantities.age(Duration.ofMillis(each.expiresInMs())));
            }
            return table;
        }
    }

    /** What the listings of connections and affinity share. */
    static final class Filters {
        private Filters() {
        }

        /** A name that nothing has would silently match nothing. */
        static void check(Status status, @Nullable String service, @Nullable String server) {
            List<ServiceStatus> services = status.everyService();
            if (service != null) {
                services = services.stream().filter(candidate -> candidate.name().equals(service)).toList();
                if (services.isEmpty()) {
                    throw Names.unknownService(service, status.services().stream().map(ServiceStatus::name).toList());
                }
            }
            if (server != null) {
                List<String> known = services.stream().flatMap(Filters::servers).map(ServerStatus::name).distinct()
                        .toList();
                if (!known.contains(server)) {
                    throw Names.unknownServer(service == null ? "(any)" : service, server, known);
                }
            }
        }

        static int limit(@Nullable Integer given, int otherwise) {
            if (given != null && given < 0) {
                throw Failure.usage("--limit " + given + ": 0 or more, 0 for all");
            }
            return given == null ? otherwise : given;
        }

        /** A JSON array with one element per line: easy to read, to grep and to stream. */
        static void printArray(PrintWriter out, List<?> elements) {
            out.println("[");
            for (int i = 0; i < elements.size(); i++) {
                out.println(Json.line(elements.get(i)) + (i + 1 < elements.size() ? "," : ""));
            }
            out.println("]");
        }

        static Optional<String> more(long hidden) {
            return hidden > 0
                    ? Optional.of("... and " + hidden + " more; --limit 0 shows all, --sort chooses which come first")
                    : Optional.empty();
        }

        private static Stream<ServerStatus> servers(ServiceStatus service) {
            return Stream.concat(Stream.concat(service.servers().stream(), service.removed().stream()),
                    Optional.ofNullable(service.fallback()).stream());
        }
    }
}
