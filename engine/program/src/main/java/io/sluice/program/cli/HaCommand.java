package io.sluice.program.cli;

import io.sluice.control.config.model.Configuration;

/** {@code sluice ha}. */
@picocli.CommandLine.Command(name = "ha", description = "Tells of the pair: this node, its peer, who is active. This version has no pairs and says so, with exit code 6.", footerHeading = "%nExamples:%n", footer = {
    "  sluice ha", "  sluice ha -c sluice.yaml"})
final class HaCommand extends AbsentCommand {
    @Override
    String key() {
        return "high-availability";
    }

    @Override
    String means() {
        return "pair";
    }

    @Override
    boolean isIn(Configuration read) {
        return read.highAvailability() != null;
    }
}
