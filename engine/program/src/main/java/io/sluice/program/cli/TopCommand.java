package io.sluice.program.cli;

import io.sluice.program.build.ExitCode;
import io.sluice.program.observe.DaemonReport;
import io.sluice.program.observe.ServerReport;
import io.sluice.program.observe.ServiceReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice top}: redraws the screen until interrupted; reads the daemon's files only. Main thread. */
@picocli.CommandLine.Command(name = "top", description = "Shows rates, live: connections and bytes per second of each service and server. Ctrl-C ends it. Works while the daemon is stuck.", footerHeading = "%nExamples:%n", footer = {
    "  sluice top", "  sluice top --interval 5s",
    "  sluice top --once          two looks, one second apart, then ends",
    "  sluice top -o json         the same as JSON"})
final class TopCommand extends Subcommand {
    /** Alternate screen, hidden cursor: as other full-screen programs do, so that the shell's text comes back. */
    private static final String ENTER = "\u001B[?1049h\u001B[?25l";
    private static final String LEAVE = "\u001B[?25h\u001B[?1049l";
    private static final String HOME = "\u001B[H";
    private static final String REST_OF_LINE = "\u001B[K";
    private static final String REST_OF_SCREEN = "\u001B[J";

    @Option(names = {"-i",
        "--interval"}, paramLabel = "DURATION", converter = Durations.class, description = "Time between two looks (default: ${DEFAULT-VALUE}).", defaultValue = "1s")
    private Duration interval = Duration.ofSeconds(1);

    @Option(names = "--once", description = "Print one view and end.")
    private boolean once;

    @Mixin
    private final StateDirectoryOption place = new StateDirectoryOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws InterruptedException {
        if (interval.toMillis() < 100) {
            throw Failure.usage("--interval " + interval.toMillis() + "ms: 100ms or more");
        }
        Reading reading = new Reading(place);
        Sample before = Sample.take(reading);
        Thread.sleep(interval);
        if (output.json()) {
            out().println(Json.text(Rates.between(before, Sample.take(reading))));
            return ExitCode.OK;
        }
        if (once || !Terminal.isTerminal(1)) {
            View.lines(before, Sample.take(reading), style(), Integer.MAX_VALUE).forEach(out()::println);
            return ExitCode.OK;
        }
        watch(reading, before);
        return ExitCode.OK;
    }

    private void watch(Reading reading, Sample first) throws InterruptedException {
        Thread restore = Thread.ofPlatform().unstarted(() -> show(LEAVE));
        Runtime.getRuntime().addShutdownHook(restore);
        show(ENTER);
        Sample before = first;
        while (true) {
            Sample now = Sample.take(reading);
            draw(View.lines(before, now, style(), Terminal.size().rows()));
            before = now;
            Thread.sleep(interval);
        }
    }

    /** Overwrites in place: clearing first would flicker. */
    private void draw(List<String> lines) {
        show(HOME + String.join(REST_OF_LINE + "\n", lines) + REST_OF_LINE + REST_OF_SCREEN);
    }

    private void show(String text) {
        out().print(text);
        out().flush();
    }

    /** What {@code sluice top} draws: two looks at the daemon as rates. */
    static final class View {
        private View() {
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
            lines.add(style.bold("sluice " + report.version()) + "  pid " + report.daemon().pid() + "  "
                    + report.workers()
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
            Table servers = new Table("SERVER", "HEALTH", "ADMIN", ">WEIGHT", ">CONNECTIONS", ">NEW/s", ">IN/s",
                    ">OUT/s",
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

    /**
     * What happened between two looks at the daemon, per second. {@code sluice top} shows it.
     *
     * @param seconds between the looks
     */
    record Rates(double seconds, List<Service> services, List<Server> servers) {
        /** @param serving how many of its servers take new clients */
        record Service(String name, String state, long serving, int servers, long connections, double newPerSecond,
                double bytesInPerSecond, double bytesOutPerSecond) {
        }

        record Server(String service, String name, String health, String admin, int weight, long connections,
                double newPerSecond, double bytesInPerSecond, double bytesOutPerSecond, double failedPerSecond) {
        }

        static Rates between(Sample before, Sample now) {
            Sample then = before.sameDaemon(now) ? before : now;
            double seconds = now.secondsSince(then);
            List<ServiceReport> services = now.report().services();
            return new Rates(seconds, services.stream().map(service -> of(then, service, seconds)).toList(), services
                    .stream().flatMap(service -> servers(then, service, seconds)).toList());
        }

        private static Service of(Sample then, ServiceReport service, double seconds) {
            Optional<ServiceReport> old = then.service(service.name());
            return new Service(service.name(), service.state().word(), service.serving(), service.servers().size(),
                    service
                            .connections(),
                    rate(old, service, ServiceReport::totalConnections, seconds),
                    rate(old, service,
                            ServiceReport::bytesIn, seconds),
                    rate(old, service, ServiceReport::bytesOut, seconds));
        }

        private static Stream<Server> servers(Sample then, ServiceReport service, double seconds) {
            return service.servers().stream().map(server -> {
                Optional<ServerReport> old = then.server(service.name(), server.name());
                return new Server(service.name(), server.name(), server.health().word(),
                        server.adminInForce().word(), server.effectiveWeight(), server.connections(),
                        rate(old, server, ServerReport::totalConnections,
                                seconds),
                        rate(old, server, ServerReport::bytesIn, seconds), rate(old, server,
                                ServerReport::bytesOut, seconds),
                        rate(old, server,
                                ServerReport::connectFailures, seconds));
            });
        }

        private static <T> double rate(Optional<T> then, T now, ToLongFunction<T> counter, double seconds) {
            return Math.max(0, counter.applyAsLong(now) - counter.applyAsLong(then.orElse(now))) / seconds;
        }
    }

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
                    .flatMap(
                            found -> found.servers().stream().filter(server -> server.name().equals(name)).findFirst());
        }

        /** A restart begins the counters anew. */
        boolean sameDaemon(Sample other) {
            return report.daemon().pid() == other.report.daemon().pid();
        }
    }
}
