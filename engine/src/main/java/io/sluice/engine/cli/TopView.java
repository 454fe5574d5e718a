package io.sluice.engine.cli;

import io.sluice.engine.observe.DaemonReport;
import io.sluice.engine.observe.ServerReport;
import io.sluice.engine.observe.ServiceReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** What {@code sluice top} draws: two looks at the daemon as rates. */
final class TopView {
    private final Sample before;
    private final Sample now;
    private final Style style;

    private TopView(Sample before, Sample now, Style style) {
        this.before = before;
        this.now = now;
        this.style = style;
    }

    /** The lines, cut to the rows of the terminal. */
    static List<String> lines(Sample before, Sample now, Style style, int rows) {
        List<String> lines = new TopView(before.sameDaemon(now) ? before : now, now, style).lines();
        if (lines.size() <= rows) {
            return lines;
        }
        List<String> cut = new ArrayList<>(lines.subList(0, rows - 1));
        cut.add(style.dim("... " + (lines.size() - rows + 1) + " more lines; a larger terminal shows them"));
        return cut;
    }

    private List<String> lines() {
        DaemonReport report = now.report();
        List<String> lines = new ArrayList<>();
        lines.add(style.bold("sluice " + report.version()) + "  pid " + report.daemon().pid() + "  " + report.workers()
                + " workers (" + report.transport() + ")  " + LifeLines.time(Instant.now()));
        LifeLines.warning(report, style).ifPresent(lines::add);
        lines.add("");
        Table services = new Table("SERVICE", "STATE", ">SERVING", ">CONNECTIONS", ">NEW/s", ">IN/s", ">OUT/s");
        Table servers = new Table("SERVER", "HEALTH", "ADMIN", ">WEIGHT", ">CONNECTIONS", ">NEW/s", ">IN/s", ">OUT/s",
                ">FAILED/s");
        for (ServiceReport service : report.services()) {
            services.row(service.name(), style.state(service.state().word()),
                    service.serving() + "/" + service.servers().size(), service.connections(),
                    Quantities.count(rate(service, ServiceReport::totalConnections)),
                    Quantities.bytes(rate(service, ServiceReport::bytesIn)),
                    Quantities.bytes(rate(service, ServiceReport::bytesOut)));
            for (ServerReport server : service.servers()) {
                servers.row(service.name() + "/" + server.name(), style.state(server.health().word()),
                        style.state(server.admin().word()), server.effectiveWeight(), server.connections(),
                        Quantities.count(rate(service, server, ServerReport::totalConnections)),
                        Quantities.bytes(rate(service, server, ServerReport::bytesIn)),
                        Quantities.bytes(rate(service, server, ServerReport::bytesOut)),
                        Quantities.count(rate(service, server, ServerReport::connectFailures)));
            }
        }
        lines.addAll(services.lines(style));
        lines.add("");
        lines.addAll(servers.lines(style));
        return lines;
    }

    private double rate(ServiceReport service, ToLongFunction<ServiceReport> counter) {
        return rate(before.service(service.name()).map(counter::applyAsLong), counter.applyAsLong(service));
    }

    private double rate(ServiceReport service, ServerReport server, ToLongFunction<ServerReport> counter) {
        return rate(before.server(service.name(), server.name()).map(counter::applyAsLong),
                counter.applyAsLong(server));
    }

    private double rate(Optional<Long> then, long nowCount) {
        return Math.max(0, nowCount - then.orElse(nowCount)) / now.secondsSince(before);
    }
}
