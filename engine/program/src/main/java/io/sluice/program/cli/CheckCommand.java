package io.sluice.program.cli;

import io.sluice.control.conductor.state.Unsupported;
import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.control.config.keys.Schema;
import io.sluice.program.build.ExitCode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice check}. */
@picocli.CommandLine.Command(name = "check", description = "Checks a configuration file and prints every problem at once, each with its place. Exit code 3 when it cannot be used.", footerHeading = "%nExamples:%n", footer = {
    "  sluice check -c sluice.yaml",
    "  sluice check -c sluice.yaml --strict           exit code 4 also for warnings",
    "  sluice check -c - < sluice.yaml                from standard input",
    "  sluice check -c sluice.yaml -o json            for programs",
    "  sluice check --schema > sluice.schema.json     JSON Schema of the file, for editors"})
public final class CheckCommand extends Subcommand {
    @Mixin
    private final ConfigurationOption file = new ConfigurationOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(names = "--strict", description = "Exit with 4 when there is a warning.")
    private boolean strict;

    @Option(names = "--schema", description = "Print the JSON Schema of the configuration file and check nothing.")
    private boolean schema;

    @Override
    public Integer call() throws IOException {
        if (schema) {
            out().println(Json.text(Schema.whole()));
            return ExitCode.OK;
        }
        ConfigurationFile.Result result = file.read();
        if (output.json()) {
            Map<String, Object> json = ProblemReport.json(file.name(), result);
            json.put("notes", notes(result));
            out().println(Json.text(json));
        } else {
            var report = new ProblemReport(style(), out());
            report.print(result.problems());
            notes(result).forEach(note -> out().println(file.name() + ": note: " + note));
            out().println(report.summary(file.name(), result));
        }
        if (result instanceof ConfigurationFile.Invalid) {
            return ExitCode.INVALID_CONFIGURATION;
        }
        return strict && !(result.problems().isEmpty() && notes(result).isEmpty()) ? ExitCode.WARNINGS : ExitCode.OK;
    }

    /** A file may be right and ask for what this version cannot do. */
    private static List<String> notes(ConfigurationFile.Result result) {
        return result instanceof ConfigurationFile.Valid valid
                ? Unsupported.notes(valid.configuration())
                : List.of();
    }
}
