package io.sluice.program.cli;

import io.sluice.control.api.AdminState;
import io.sluice.program.build.ExitCode;
import io.sluice.program.observe.DaemonReport;
import io.sluice.program.observe.ServerReport;
import java.time.Duration;
import picocli.CommandLine.Option;

/** {@code sluice drain}. */
@picocli.CommandLine.Command(name = "drain", description = "Gives a server no new clients. Those with an affinity entry are still served, established connections live on. 'online' undoes it, 'halt' closes what is left.", footerHeading = "%nExamples:%n", footer = {
    "  sluice drain web/web1", "  sluice drain web/web1 --wait --deadline 30m && sluice halt web/web1",
    "  sluice drain 'web/*'"})
final class DrainCommand extends ServerCommands.Administer {
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration TELL = Duration.ofSeconds(5);

    @Option(names = "--wait", description = "Wait until the server has no connection left.")
    private boolean wait;

    @Option(names = "--deadline", paramLabel = "DURATION", converter = Durations.class, description = "Wait at most this long; exit code 6 when connections are left (default: 1h).", defaultValue = "1h")
    private Duration deadline = Duration.ofHours(1);

    DrainCommand() {
        super(AdminState.DRAIN);
    }

    @Override
    public Integer call() throws InterruptedException {
        administer();
        if (wait) {
            await();
        }
        return ExitCode.OK;
    }

    /** Watches the counters file: the daemon is not asked while it works. */
    private void await() throws InterruptedException {
        Reading reading = new Reading(place());
        long startNs = System.nanoTime();
        long toldNs = startNs;
        long left = connections(reading.report());
        while (left > 0) {
            long now = System.nanoTime();
            if (now - startNs > deadline.toNanos()) {
                throw Failure.refused(target() + " still has " + connections(left) + " after "
                        + Quantities.age(deadline) + "; it stays drained. Wait longer with --deadline, close them with"
                        + " 'sluice halt " + target() + "', or list them with 'sluice connections -s "
                        + target().service() + "'");
            }
            if (now - toldNs >= TELL.toNanos()) {
                toldNs = now;
                err().println("waiting: " + connections(left) + " left");
                err().flush();
            }
            Thread.sleep(LOOK);
            left = connections(reading.report());
        }
        if (!json()) {
            out().println("drained: no connection left, after "
                    + Quantities.age(Duration.ofNanos(System.nanoTime() - startNs)));
        }
    }

    private long connections(DaemonReport report) {
        if (!report.daemon().running()) {
            throw Failure.unreachable("the daemon ended while " + target() + " drained");
        }
        return Names.service(report, target().service()).servers().stream()
                .filter(server -> target().every() || server.name().equals(target().server()))
                .mapToLong(ServerReport::connections).sum();
    }

    private static String connections(long count) {
        return count + (count == 1 ? " connection" : " connections");
    }
}
