package io.sluice.program.observe;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.sluice.conntrack.AffinityReader;
import io.sluice.conntrack.FlowReader;
import io.sluice.conntrack.Protocol;
import io.sluice.control.api.AdminState;
import io.sluice.control.api.ServerHealth;
import io.sluice.control.api.Status;
import io.sluice.control.config.model.StateDirectory;
import io.sluice.dataplane.service.ConnectTimeBuckets;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.WorkerColumn;
import io.sluice.program.http.HttpPort;
import io.sluice.ringbuffers.counters.CountersReader;
import io.sluice.ringbuffers.counters.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Prometheus scrapes, in its text format 0.0.4: made anew for each scrape from the conductor's status and the
 * mapped files, without asking a worker. Labels are names from the configuration, never clients. Any thread.
 */
public final class MetricsPage {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsPage.class);
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final double MICROS_PER_SECOND = 1_000_000;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double NANOS_PER_SECOND = 1_000_000_000;

    private final Path stateDirectory;
    private final int flowCapacity;
    private final Supplier<Status> status;

    /**
     * @param flowCapacity connections the flow table is made for ({@code tables.connections})
     * @param status what the conductor has in force
     */
    public MetricsPage(Path stateDirectory, int flowCapacity, Supplier<Status> status) {
        this.stateDirectory = stateDirectory;
        this.flowCapacity = flowCapacity;
        this.status = status;
    }

    /** Writes the page. */
    public void write(OutputStream out) throws IOException {
        MetricFamilies families = collect();
        PrometheusTextFormatWriter text = PrometheusTextFormatWriter.create();
        text.write(out, families.gauges(), EscapingScheme.UNDERSCORE_ESCAPING);
        text.write(out, families.countersAndHistograms(), EscapingScheme.UNDERSCORE_ESCAPING);
    }

    private MetricFamilies collect() throws IOException {
        MetricFamilies families = new MetricFamilies();
        Status now = status.get();
        try (CountersReader counters = CountersReader.open(StateDirectory.counters(stateDirectory))) {
            DaemonReport report = DaemonReport.of(now, counters, Instant.now());
            daemon(families, report);
            report.services().forEach(service -> service(families, service));
            report.removed().forEach(service -> service(families, service));
            packets(families, report.services());
            copy(families, report.durableCopy());
            process(families, counters);
            counters.forEach(row -> {
                if (row.key().kind() == Kind.WORKER) {
                    worker(families, row.key().worker(), row.value(WorkerColumn.DUTY_CYCLE_MAX_NS));
                }
            });
            stalls(families, counters);
            counters.sums().forEach((key, columns) -> {
                if (key.kind() == Kind.CONNECT_TIME) {
                    connectTimes(families, key.service(), columns);
                }
            });
        }
        try {
            tables(families);
        } catch (IOException nobodyCanReadThem) {
            LOG.debug("tables are not in the metrics: {}", nobodyCanReadThem.toString());
        }
        return families;
    }

    private static void daemon(MetricFamilies families, DaemonReport report) {
        families.gauge("sluice_build_info", "Always 1; the labels say which build runs.", 1, "version",
                report.version(), "java", Runtime.version().toString(), "transport", report.transport());
        families.gauge("sluice_configuration_version", "Grows by one with each reload that was applied.",
                report.configuration().version());
        families.gauge("sluice_start_time_seconds", "When the daemon started, seconds since 1970.",
                report.daemon().started().toEpochMilli() / 1000.0);
        families.gauge("sluice_workers", "Threads of the data plane.", report.workers());
        families.gauge("sluice_workers_stuck", "Workers without a sign of life for three seconds.",
                report.daemon().stuckWorkers().size());
        for (FaultKind kind : FaultKind.values()) {
            families.counter("sluice_worker_faults",
                    "Faults of the program that workers contained, by where they were caught; the log tells.",
                    report.workerFaults().getOrDefault(kind.label(), 0L), "kind", kind.label());
        }
        families.gauge("sluice_ha_role", "1 for this node's part in a pair; none: it is in no pair.", 1, "role",
                "none");
    }

    private static void process(MetricFamilies families, CountersReader counters) throws IOException {
        families.gauge("sluice_descriptors_used", "Descriptors open in this process.", OpenFiles.used());
        families.gauge("sluice_descriptors_allowed", "Descriptors that this process may have (ulimit -n).",
                OpenFiles.limit());
        HttpPort.all().stream().collect(Collectors.groupingBy(HttpPort::name)).forEach((name, ports) -> {
            families.gauge("sluice_side_port_connections", "Connections to the ports of metrics and admin API.",
                    ports.stream().mapToInt(HttpPort::connections).sum(), "port", name);
            families.counter("sluice_side_port_gave_way",
                    "Connections to those ports that were ended for newcomers, as there may be no more.",
                    ports.stream().mapToLong(HttpPort::gaveWay).sum(), "port", name);
        });
        families.counter("sluice_log_lines_dropped", "Log lines dropped because whoever reads them did not keep up.",
                counters.sum(Kind.PROCESS, "", "", ProcessColumn.LOG_LINES_DROPPED));
        families.gauge("sluice_tables_in_memory",
                "Tables that are in memory alone: the disk is full, or a file was truncated.",
                counters.sum(Kind.PROCESS, "", "", ProcessColumn.TABLES_IN_MEMORY));
    }

    private static void stalls(MetricFamilies families, CountersReader counters) {
        families.gauge("sluice_stalled_directions",
                "Directions of TCP connections whose reader takes nothing while there is something for it.",
                counters.sum(Kind.WORKER, "", "", WorkerColumn.STALLED));
        families.gauge("sluice_stalled_bytes", "What those hold of the kernel's memory for TCP.",
                counters.sum(Kind.WORKER, "", "", WorkerColumn.STALLED_BYTES));
    }

    private static void packets(MetricFamilies families, List<ServiceReport> services) {
        families.counter("sluice_packets",
                "Packets of layer 4, here datagrams of udp services, by what became of them.",
                services.stream().mapToLong(service -> service.datagramsIn() + service.datagramsOut()).sum(), "verdict",
                "forwarded");
        families.counter("sluice_packets", "",
                services.stream().mapToLong(ServiceReport::datagramsDropped).sum(), "verdict", "dropped");
    }

    private static void copy(MetricFamilies families, @Nullable CopyReport copy) {
        if (copy == null) {
            return;
        }
        families.gauge("sluice_durable_copy_following", "1 when the durable copy follows the tables.",
                copy.isFollowing() ? 1 : 0);
        families.gauge("sluice_durable_copy_entries", "Affinity entries and sessions in the durable copy.",
                copy.affinity(), "kind", "affinity");
        families.gauge("sluice_durable_copy_entries", "", copy.sessions(), "kind", "session");
        families.gauge("sluice_durable_copy_lag_seconds", "Age of the oldest change that the copy may not have.",
                copy.lagMs() / MILLIS_PER_SECOND);
        families.counter("sluice_durable_copy_recoveries", "Repairs of the durable copy since the start.",
                copy.recoveries());
        families.counter("sluice_durable_copy_loaded", "Entries and sessions that the start took from the copy.",
                copy.loaded());
    }

    private static void service(MetricFamilies families, ServiceReport service) {
        String name = service.name();
        families.gauge("sluice_service_connections", "Connections and sessions now.", service.connections(), "service",
                name);
        families.counter("sluice_service_connections", "Connections accepted and sessions begun.",
                service.totalConnections(), "service", name);
        families.counter("sluice_service_bytes", "Bytes passed on: in from clients, out to clients.",
                service.bytesIn(), "service", name, "direction", "in");
        families.counter("sluice_service_bytes", "", service.bytesOut(), "service", name, "direction", "out");
        families.counter("sluice_service_spliced_bytes", "Bytes that went through splice(2), both directions.",
                service.bytesSpliced(), "service", name);
        families.counter("sluice_service_retries", "Connects that went to a further server.", service.retries(),
                "service", name);
        families.counter("sluice_service_queued", "Connections that waited because every server was at its maximum.",
                service.queued(), "service", name);
        families.gauge("sluice_service_waiting", "Connections that wait because every server is at its maximum.",
                service.waiting(), "service", name);
        families.counter("sluice_service_refused", "Connections refused by the access list or a limit.",
                service.denied(), "service", name, "by", "access-list");
        families.counter("sluice_service_refused", "", service.limited(), "service", name, "by", "limit");
        if (service.protocol() == Protocol.UDP) {
            families.counter("sluice_service_datagrams", "Datagrams passed on: in from clients, out to clients.",
                    service.datagramsIn(), "service", name, "direction", "in");
            families.counter("sluice_service_datagrams", "", service.datagramsOut(), "service", name, "direction",
                    "out");
            families.counter("sluice_service_datagrams_dropped", "Datagrams that could not be passed on.",
                    service.datagramsDropped(), "service", name);
            families.counter("sluice_service_datagrams_too_big",
                    "Datagrams longer than the path to their server, of which the client was told by ICMP.",
                    service.datagramsTooBig(), "service", name);
        }
        for (EndReason reason : EndReason.values()) {
            Long count = service.ends().get(reason.label());
            if (count != null || reason == EndReason.CLOSED) {
                families.counter("sluice_connection_ends", "Connections and sessions ended, by reason.",
                        count == null ? 0 : count, "service", name, "reason", reason.label());
            }
        }
        service.servers().forEach(server -> server(families, name, server));
        if (service.protocol() == Protocol.UDP) {
            service.servers().forEach(server -> families.counter("sluice_server_stray_answers",
                    "Datagrams dropped because they came from another port of the server than their question went to.",
                    server.strayAnswers(), "service", name, "server", server.name()));
        }
    }

    private static void server(MetricFamilies families, String service, ServerReport server) {
        String[] labels = {"service", service, "server", server.name()};
        families.gauge("sluice_server_up", "1 when the health check says so, 0 when not or not yet.",
                server.health() == ServerHealth.UP ? 1 : 0, labels);
        families.gauge("sluice_server_connections", "Connections and sessions now, being established included.",
                server.connections(), labels);
        families.gauge("sluice_server_weight", "Weight that the scheduler works with now; 0: no new client.",
                server.effectiveWeight(), labels);
        for (AdminState state : AdminState.values()) {
            families.gauge("sluice_server_admin_state",
                    "1 for what administrators or its agent want, the stricter: online, drain or halt.",
                    server.adminInForce() == state ? 1 : 0, "service", service, "server", server.name(), "state",
                    state.word());
        }
        families.counter("sluice_server_connections", "Connections and sessions given to the server.",
                server.totalConnections(), labels);
        families.counter("sluice_server_bytes", "Bytes passed on: in to the server, out from it.", server.bytesIn(),
                "service", service, "server", server.name(), "direction", "in");
        families.counter("sluice_server_bytes", "", server.bytesOut(), "service", service, "server", server.name(),
                "direction", "out");
        families.counter("sluice_server_connect_failures", "Connects to the server that failed.",
                server.connectFailures(), labels);
    }

    private static void worker(MetricFamilies families, int worker, long dutyCycleMaxNs) {
        families.gauge("sluice_worker_duty_cycle_max_seconds",
                "Longest time a worker was busy at a stretch in the last ten to twenty seconds.",
                dutyCycleMaxNs / NANOS_PER_SECOND, "worker", Integer.toString(worker));
    }

    private static void connectTimes(MetricFamilies families, String service, long[] columns) {
        var buckets = ClassicHistogramBuckets.builder();
        for (int bucket = 0; bucket < ConnectTimeBuckets.COUNT; bucket++) {
            long upper = ConnectTimeBuckets.upperMicros(bucket);
            buckets.bucket(upper == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : upper / MICROS_PER_SECOND,
                    columns[bucket]);
        }
        families.histogram("sluice_service_connect_seconds", "Time to connect to a real server.", buckets.build(),
                columns[ConnectTimeBuckets.SUM_MICROS] / MICROS_PER_SECOND, "service", service);
    }

    private void tables(MetricFamilies families) throws IOException {
        try (FlowReader flows = FlowReader.open(stateDirectory)) {
            families.gauge("sluice_flows", "Connections and sessions in the flow table.", flows.flows());
            families.counter("sluice_flow_evictions", "Idle flows that gave way in a full table.", flows.evictions());
        }
        families.gauge("sluice_flows_capacity", "Flows the table is made for (tables.connections).", flowCapacity);
        try (AffinityReader affinity = AffinityReader.open(StateDirectory.affinity(stateDirectory))) {
            families.gauge("sluice_affinity_entries", "Clients remembered in the affinity table.", affinity.entries());
            families.gauge("sluice_affinity_capacity", "Clients the table is made for (tables.affinity).",
                    affinity.capacity());
            families.counter("sluice_affinity_evictions", "Clients forgotten because the table was full.",
                    affinity.evictions());
        }
    }
}
