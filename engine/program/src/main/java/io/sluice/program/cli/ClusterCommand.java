package io.sluice.program.cli;

import io.sluice.control.config.model.Configuration;

/** {@code sluice cluster}. */
@picocli.CommandLine.Command(name = "cluster", description = "Tells of the cluster: its hosts and how they share the traffic. This version has no clusters and says so, with exit code 6.", footerHeading = "%nExamples:%n", footer = {
    "  sluice cluster", "  sluice cluster -c sluice.yaml"})
final class ClusterCommand extends AbsentCommand {
    @Override
    String key() {
        return "cluster";
    }

    @Override
    String means() {
        return "cluster";
    }

    @Override
    boolean isIn(Configuration read) {
        return read.cluster() != null;
    }
}
