package io.sluice.program.cli;

import io.sluice.control.api.Status;
import io.sluice.control.api.Status.ServerStatus;
import io.sluice.control.api.Status.ServiceStatus;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the listings of connections and affinity share. */
final class Filters {
    private Filters() {
    }

    /** A name that nothing has would silently match nothing. */
    static void check(Status status, @Nullable String service, @Nullable String server) {
        List<ServiceStatus> services = status.services();
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
