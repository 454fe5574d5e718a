package io.sluice.engine.cli;

import io.sluice.engine.config.Distance;
import io.sluice.engine.observe.DaemonReport;
import io.sluice.engine.observe.ServiceReport;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Names that a user types, and what was meant where nothing has them. */
final class Names {
    private Names() {
    }

    static ServiceReport service(DaemonReport report, String name) {
        return report.service(name).orElseThrow(() -> unknownService(name,
                report.services().stream().map(ServiceReport::name).toList()));
    }

    static Failure unknownService(String name, List<String> known) {
        return Failure.refused("no virtual service is called '" + name + "'" + meant(name, known));
    }

    static Failure unknownServer(String service, String name, List<String> known) {
        return Failure.refused("virtual service " + service + " has no server called '" + name + "'"
                + meant(name, known));
    }

    private static String meant(String name, List<String> known) {
        return nearest(name, known).map(near -> "; did you mean '" + near + "'?").orElseGet(
                () -> known.isEmpty() ? "; there is none at all" : "; known: " + String.join(", ", known));
    }

    private static Optional<String> nearest(String name, Collection<String> known) {
        return known.stream().filter(candidate -> Distance.between(fold(name), fold(candidate)) <= Math.max(1,
                Math.min(name.length(), candidate.length()) / 3))
                .min(Comparator.comparingInt(candidate -> Distance.between(fold(name), fold(candidate))));
    }

    private static String fold(String name) {
        return name.toLowerCase(java.util.Locale.ROOT);
    }
}
