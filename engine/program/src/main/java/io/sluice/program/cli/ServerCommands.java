package io.sluice.program.cli;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Command;
import io.sluice.control.api.Control;
import io.sluice.program.build.ExitCode;
import io.sluice.program.observe.DaemonReport;
import io.sluice.program.observe.ServerReport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Commands about a real server, or every one of a service, that are answered at once. */
final class ServerCommands {
    private ServerCommands() {
    }

    /** What drain, halt and online have in common. */
    abstract static class Administer extends ChangeCommand {
        @Parameters(paramLabel = "SERVICE/SERVER", converter = ServerName.Converter.class, description = "The real server; 'SERVICE/*' means all of them.")
        private ServerName target = new ServerName("", "");

        private final AdminState state;

        Administer(AdminState state) {
            this.state = state;
        }

        final ServerName target() {
            return target;
        }

        final void administer() {
            change(new Command.Administer(target.service(), target.server(), state));
        }
    }

    /** {@code sluice halt}. */
    @picocli.CommandLine.Command(name = "halt", description = "Takes a server out at once: no client is sent to it, its connections are closed. 'online' undoes it.", footerHeading = "%nExamples:%n", footer = {
        "  sluice halt web/web1", "  sluice drain web/web1 --wait && sluice halt web/web1"})
    static final class Halt extends Administer {
        Halt() {
            super(AdminState.HALT);
        }

        @Override
        public Integer call() {
            administer();
            return ExitCode.OK;
        }
    }

    /** {@code sluice online}. */
    @picocli.CommandLine.Command(name = "online", description = "Lets a drained or halted server take new clients again.", footerHeading = "%nExamples:%n", footer = {
        "  sluice online web/web1", "  sluice online 'web/*'"})
    static final class Online extends Administer {
        Online() {
            super(AdminState.ONLINE);
        }

        @Override
        public Integer call() {
            administer();
            return ExitCode.OK;
        }
    }

    /** {@code sluice weight}. */
    @picocli.CommandLine.Command(name = "weight", description = "Overrides a server's weight, also across reloads and restarts; 'file' goes back to what the file says.", footerHeading = "%nExamples:%n", footer = {
        "  sluice weight web/web1 50", "  sluice weight web/web1 0        no new clients but those with affinity",
        "  sluice weight web/web1 file"})
    static final class Weight extends ChangeCommand {
        private static final int MOST = 65_535;
        private static final String AS_THE_FILE_SAYS = "file";

        @Parameters(index = "0", paramLabel = "SERVICE/SERVER", converter = ServerName.Converter.class, description = "The real server; 'SERVICE/*' means all of them.")
        private ServerName target = new ServerName("", "");

        @Parameters(index = "1", paramLabel = "WEIGHT", description = "0..65535, or 'file' for the configured weight.")
        private String weight = "";

        @Override
        public Integer call() {
            change(new Command.Weight(target.service(), target.server(), parsed()));
            return ExitCode.OK;
        }

        private @Nullable Integer parsed() {
            if (weight.equals(AS_THE_FILE_SAYS)) {
                return null;
            }
            try {
                int number = Integer.parseInt(weight);
                if (number >= 0 && number <= MOST) {
                    return number;
                }
            } catch (NumberFormatException notANumber) {
                // said below
            }
            throw Failure.usage("'" + weight + "' is not a weight: 0.." + MOST + ", or '" + AS_THE_FILE_SAYS + "'");
        }
    }

    /** {@code sluice drain}. */
    @picocli.CommandLine.Command(name = "drain", description = "Gives a server no new clients. Those with an affinity entry are still served, established connections live on. 'online' undoes it, 'halt' closes what is left.", footerHeading = "%nExamples:%n", footer = {
        "  sluice drain web/web1", "  sluice drain web/web1 --wait --deadline 30m && sluice halt web/web1",
        "  sluice drain 'web/*'"})
    static final class Drain extends ServerCommands.Administer {
        private static final Duration LOOK = Duration.ofMillis(200);
        private static final Duration TELL = Duration.ofSeconds(5);

        @Option(names = "--wait", description = "Wait until the server has no connection left.")
        private boolean wait;

        @Option(names = "--deadline", paramLabel = "DURATION", converter = Durations.class, description = "Wait at most this long; exit code 6 when connections are left (default: 1h).", defaultValue = "1h")
        private Duration deadline = Duration.ofHours(1);

        Drain() {
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
                            + Quantities.age(deadline)
                            + "; it stays drained. Wait longer with --deadline, close them with"
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

    /**
     * {@code SERVICE/SERVER} as typed; the server may be {@code *}.
     *
     * @param service name of the virtual service
     * @param server name of the real server, or {@link Control#EVERY_SERVER}
     */
    record ServerName(String service, String server) {
        boolean every() {
            return server.equals(Command.EVERY_SERVER);
        }

        @Override
        public String toString() {
            return service + "/" + server;
        }

        /** For picocli. */
        static final class Converter implements ITypeConverter<ServerName> {
            @Override
            public ServerName convert(String text) {
                int slash = text.lastIndexOf('/');
                if (slash <= 0 || slash == text.length() - 1) {
                    throw new TypeConversionException(
                            "'" + text + "' is not SERVICE/SERVER, like web/web1, or 'web/*' for"
                                    + " every server of web");
                }
                return new ServerName(text.substring(0, slash), text.substring(slash + 1));
            }
        }
    }
}
