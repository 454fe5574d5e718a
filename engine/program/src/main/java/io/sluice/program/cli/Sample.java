package io.sluice.program.cli;

import io.sluice.program.observe.DaemonReport;
import io.sluice.program.observe.ServerReport;
import io.sluice.program.observe.ServiceReport;
import java.util.Optional;

/**
 * One look at the daemon, to be compared with the next.
 *
 * @param atNs when, in the unit of {@link System#nanoTime()}
 */
record Sample(long atNs, DaemonReport report) {
    static Sample take(Reading reading) {
        DaemonReport report = reading.report();
        return new Sample(System.nanoTime(), report);
    }

    double secondsSince(Sample before) {
        return Math.max(1e-9, (atNs - before.atNs) / 1e9);
    }

    Optional<ServiceReport> service(String name) {
        return report.service(name);
    }

    Optional<ServerReport> server(String service, String name) {
        return service(service)
                .flatMap(found -> found.servers().stream().filter(server -> server.name().equals(name)).findFirst());
    }

    /** A restart begins the counters anew. */
    boolean sameDaemon(Sample other) {
        return report.daemon().pid() == other.report.daemon().pid();
    }
}
