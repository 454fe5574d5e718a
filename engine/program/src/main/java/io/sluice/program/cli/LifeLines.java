package io.sluice.program.cli;

import io.sluice.program.observe.DaemonLife;
import io.sluice.program.observe.DaemonReport;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says of a daemon whether it runs, and warns where what is shown is the past. */
final class LifeLines {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private LifeLines() {
    }

    /** The warning above what a daemon that is dead or stuck left; empty where it is well. */
    static Optional<String> warning(DaemonReport report, Style style) {
        DaemonLife life = report.daemon();
        if (!life.running()) {
            Instant since = life.lastSeen() == null ? report.written() : life.lastSeen();
            return Optional.of(style.bad("daemon not running") + " since " + time(since) + " (" + ago(since)
                    + "; its pid was " + life.pid() + "). This is what it left:");
        }
        if (!life.stuckWorkers().isEmpty()) {
            String workers = life.stuckWorkers().stream().map(worker -> "worker-" + worker)
                    .collect(Collectors.joining(", "));
            return Optional.of(style.bad("stuck: " + workers) + (life.lastSeen() == null
                    ? ""
                    : "; the last sign of any worker was " + ago(life.lastSeen()))
                    + ". Look at it with: jcmd " + life.pid() + " Thread.print");
        }
        return Optional.empty();
    }

    /** That the program has a bug which it has contained so far; empty where none has shown. */
    static Optional<String> faults(DaemonReport report, Style style) {
        if (report.workerFaults().isEmpty()) {
            return Optional.empty();
        }
        long all = report.workerFaults().values().stream().mapToLong(Long::longValue).sum();
        return Optional.of(style.bad(all + (all == 1 ? " worker fault" : " worker faults")) + " contained ("
                + report.workerFaults().entrySet().stream().map(fault -> fault.getKey() + " " + fault.getValue())
                        .collect(Collectors.joining(", "))
                + "): a bug in Sluice, please report it; the log has the first of each kind");
    }

    /** Local time of day, with the date where it is another day. */
    static String time(Instant instant) {
        var local = instant.atZone(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS);
        boolean today = local.toLocalDate().equals(java.time.LocalDate.now(ZoneId.systemDefault()));
        return today ? local.format(DateTimeFormatter.ofPattern("HH:mm:ss")) : local.format(TIME);
    }

    static String ago(Instant instant) {
        return Quantities.age(Duration.between(instant, Instant.now())) + " ago";
    }
}
