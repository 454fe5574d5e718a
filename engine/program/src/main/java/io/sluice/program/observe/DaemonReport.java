package io.sluice.program.observe;

import io.sluice.control.api.Status;
import io.sluice.control.api.Status.ConfigurationStatus;
import io.sluice.control.api.Status.PairStatus;
import io.sluice.control.api.Status.ServerStatus;
import io.sluice.control.api.Status.ServiceStatus;
import io.sluice.control.config.model.StateDirectory;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.WorkerColumn;
import io.sluice.ringbuffers.counters.CountersReader;
import io.sluice.ringbuffers.counters.Kind;
import io.sluice.ringbuffers.counters.RowKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that {@code sluice status} shows of a daemon, read from the files in its state directory: the conductor's
 * last status and the workers' counters. The daemon is not asked, so this works while it is stuck and after it died.
 *
 * @param version of the program
 * @param written when the conductor last wrote down what is in force
 * @param pair null: this node stands alone
 * @param durableCopy null: the daemon keeps none
 * @param workerFaults faults that workers have contained, by kind; empty: none
 * @param services those configured
 * @param removed no longer configured, with connections still
 */
public record DaemonReport(String version, DaemonLife daemon, String transport, int workers,
        ConfigurationStatus configuration, Instant written, @Nullable PairStatus pair,
        @Nullable CopyReport durableCopy, Map<String, Long> workerFaults, List<ServiceReport> services,
        List<ServiceReport> removed) {
    private static final long[] NO_COUNTERS = new long[32];

    public DaemonReport {
        services = List.copyOf(services);
        removed = List.copyOf(removed);
        workerFaults = Collections.unmodifiableMap(new LinkedHashMap<>(workerFaults)); // in the order of the kinds
    }

    /**
     * Reads the counters and adds them to what is in force.
     *
     * @throws IOException when no daemon has run with this directory, or one of another version
     */
    public static DaemonReport read(Path stateDirectory, Status status) throws IOException {
        try (CountersReader counters = CountersReader.open(StateDirectory.counters(stateDirectory))) {
            return of(status, counters, Instant.now());
        }
    }

    /** The process that made the counters file: the daemon that runs, or ran last. */
    public static long pid(Path stateDirectory) throws IOException {
        try (CountersReader counters = CountersReader.open(StateDirectory.counters(stateDirectory))) {
            return counters.pid();
        }
    }

    /** The same of a status that is at hand. */
    public static DaemonReport of(Status status, CountersReader reader, Instant now) {
        Map<RowKey, long[]> counters = reader.sums();
        return new DaemonReport(status.version(), DaemonLife.read(reader, status.workers(), now), status.transport(),
                status.workers(), status.configuration(), status.written(), status.pair(),
                CopyReport.of(row(counters, Kind.COPY, "", "")), faults(counters),
                services(status.services(), counters), services(status.removed(), counters));
    }

    private static List<ServiceReport> services(List<ServiceStatus> services, Map<RowKey, long[]> counters) {
        return services.stream().map(service -> service(service, counters)).toList();
    }

    public Optional<ServiceReport> service(String name) {
        return services.stream().filter(service -> service.name().equals(name)).findFirst();
    }

    private static ServiceReport service(ServiceStatus service, Map<RowKey, long[]> counters) {
        ServerStatus fallback = service.fallback();
        return ServiceReport.of(service, row(counters, Kind.SERVICE, service.name(), ""),
                ends(row(counters, Kind.ENDS, service.name(), "")), servers(service, service.servers(), counters),
                fallback == null ? null : server(service, fallback, counters),
                servers(service, service.removed(), counters));
    }

    private static List<ServerReport> servers(ServiceStatus service, List<ServerStatus> servers,
            Map<RowKey, long[]> counters) {
        return servers.stream().map(server -> server(service, server, counters)).toList();
    }

    private static ServerReport server(ServiceStatus service, ServerStatus server, Map<RowKey, long[]> counters) {
        return ServerReport.of(server, row(counters, Kind.SERVER, service.name(), server.name()));
    }

    private static Map<String, Long> faults(Map<RowKey, long[]> counters) {
        long[] counts = row(counters, Kind.WORKER, "", "");
        Map<String, Long> faults = new LinkedHashMap<>();
        for (FaultKind kind : FaultKind.values()) {
            long count = counts[WorkerColumn.FAULTS + kind.ordinal()];
            if (count != 0) {
                faults.put(kind.label(), count);
            }
        }
        return faults;
    }

    private static Map<String, Long> ends(long[] counts) {
        Map<String, Long> ends = new LinkedHashMap<>();
        for (EndReason reason : EndReason.values()) {
            if (counts[reason.ordinal()] != 0) {
                ends.put(reason.label(), counts[reason.ordinal()]);
            }
        }
        return ends;
    }

    private static long[] row(Map<RowKey, long[]> counters, Kind kind, String service, String server) {
        return counters.getOrDefault(new RowKey(kind, -1, service, server), NO_COUNTERS);
    }
}
