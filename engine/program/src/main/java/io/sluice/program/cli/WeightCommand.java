package io.sluice.program.cli;

import io.sluice.program.admin.Request;
import io.sluice.program.build.ExitCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** {@code sluice weight}. */
@picocli.CommandLine.Command(name = "weight", description = "Overrides a server's weight, also across reloads and restarts; 'file' goes back to what the file says.", footerHeading = "%nExamples:%n", footer = {
    "  sluice weight web/web1 50", "  sluice weight web/web1 0        no new clients but those with affinity",
    "  sluice weight web/web1 file"})
final class WeightCommand extends ChangeCommand {
    private static final int MOST = 65_535;
    private static final String AS_THE_FILE_SAYS = "file";

    @Parameters(index = "0", paramLabel = "SERVICE/SERVER", converter = ServerName.Converter.class, description = "The real server; 'SERVICE/*' means all of them.")
    private ServerName target = new ServerName("", "");

    @Parameters(index = "1", paramLabel = "WEIGHT", description = "0..65535, or 'file' for the configured weight.")
    private String weight = "";

    @Override
    public Integer call() {
        change(new Request.Weight(target.service(), target.server(), parsed()));
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
