package io.sluice.program.cli;

import io.sluice.control.api.Status;
import io.sluice.program.build.ExitCode;
import io.sluice.program.observe.Known;
import io.sluice.ringbuffers.ip.Prefix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
}
