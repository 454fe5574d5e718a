package io.sluice.program.cli;

import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.control.config.model.Configuration;
import io.sluice.program.build.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;

/** A command about a part of the configuration that this version checks but does not run: refuses, and says which. */
abstract class AbsentCommand extends Subcommand {
    @Mixin
    private final ConfigurationOption configuration = new ConfigurationOption();

    @Mixin
    @SuppressWarnings("UnusedVariable") // takes -o, which scripts pass, although there is only a refusal to print
    private final OutputOption output = new OutputOption();

    /** The key at the top of the file. */
    abstract String key();

    /** What the section would make of this host: {@code a pair}. */
    abstract String means();

    abstract boolean isIn(Configuration read);

    @Override
    public final Integer call() throws IOException {
        if (!configuration.isStandardInput() && !Files.exists(configuration.path())) {
            throw Failure.refused("there is no configuration " + configuration.name() + ", so this host is in no "
                    + means() + limits());
        }
        throw switch (configuration.read()) {
            case ConfigurationFile.Valid valid when isIn(valid.configuration()) -> Failure.refused(configuration.name()
                    + " has a section '" + key() + "', and nothing acts on it" + limits());
            case ConfigurationFile.Valid _ -> Failure.refused(configuration.name() + " has no section '" + key()
                    + "', so this host is in no " + means() + limits());
            case ConfigurationFile.Invalid invalid -> new Failure(ExitCode.INVALID_CONFIGURATION, invalid.problems()
                    .stream().map(Object::toString).collect(Collectors.joining("\n")));
        };
    }

    private String limits() {
        return ".\n  This version runs one node: 'sluice check' checks '" + key() + "', no daemon acts on it."
                + "\n  Several nodes: " + Documents.page("operate/several-nodes.md");
    }

    /** {@code sluice ha}. */
    @picocli.CommandLine.Command(name = "ha", description = "Tells of the pair: this node, its peer, who is active. This version has no pairs and says so, with exit code 6.", footerHeading = "%nExamples:%n", footer = {
        "  sluice ha", "  sluice ha -c sluice.yaml"})
    static final class Ha extends AbsentCommand {
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

    /** {@code sluice cluster}. */
    @picocli.CommandLine.Command(name = "cluster", description = "Tells of the cluster: its hosts and how they share the traffic. This version has no clusters and says so, with exit code 6.", footerHeading = "%nExamples:%n", footer = {
        "  sluice cluster", "  sluice cluster -c sluice.yaml"})
    static final class Cluster extends AbsentCommand {
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
}
