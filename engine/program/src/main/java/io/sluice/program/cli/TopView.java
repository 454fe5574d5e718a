package io.sluice.program.cli;

import io.sluice.program.observe.DaemonReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What {@code sluice top} draws: two looks at the daemon as rates. */
final class TopView {
    private TopView() {
    }

    /** The lines, cut to the rows of the terminal. */
    static List<String> lines(Sample before, Sample now, Style style, int rows) {
        List<String> lines = lines(now.report(), Rates.between(before, now), style);
        if (lines.size() <= rows) {
            return lines;
        }
        List<String> cut = new ArrayList<>(lines.subList(0, rows - 1));
        cut.add(style.dim("... " + (lines.size() - rows + 1) + " more lines; a larger terminal shows them"));
        return cut;
    }

    private static List<String> lines(DaemonReport report, Rates rates, Style style) {
        List<String> lines = new ArrayList<>();
        lines.add(style.bold("sluice " + report.version()) + "  pid " + report.daemon().pid() + "  " + report.workers()
                + " workers (" + report.transport() + ")  " + LifeLines.time(Instant.now()));
        LifeLines.warning(report, style).ifPresent(lines::add);
        lines.add("");
        Table services = new Table("SERVICE", "STATE", ">SERVING", ">CONNECTIONS", ">NEW/s", ">IN/s", ">OUT/s");
        for (Rates.Service service : rates.services()) {
            services.row(service.name(), style.state(service.state()), service.serving() + "/" + service.servers(),
                    service.connections(), Quantities.count(service.newPerSecond()),
                    Quantities.bytes(service.bytesInPerSecond()), Quantities.bytes(service.bytesOutPerSecond()));
        }
        lines.addAll(services.lines(style));
        lines.add("");
        Table servers = new Table("SERVER", "HEALTH", "ADMIN", ">WEIGHT", ">CONNECTIONS", ">NEW/s", ">IN/s", ">OUT/s",
                ">FAILED/s");
        for (Rates.Server server : rates.servers()) {
            servers.row(server.service() + "/" + server.name(), style.state(server.health()), style.state(server
                    .admin()), server.weight(), server.connections(), Quantities.count(server.newPerSecond()),
                    Quantities.bytes(server.bytesInPerSecond()), Quantities.bytes(server.bytesOutPerSecond()),
                    Quantities.count(server.failedPerSecond()));
        }
        lines.addAll(servers.lines(style));
        return lines;
    }
}
