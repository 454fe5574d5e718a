package io.sluice.program.cli;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Command;
import io.sluice.program.build.ExitCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

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
}
