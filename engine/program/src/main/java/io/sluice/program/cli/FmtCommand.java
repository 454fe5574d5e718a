package io.sluice.program.cli;

import io.sluice.control.config.file.ConfigurationBytes;
import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.control.config.yaml.Formatter;
import io.sluice.control.config.yaml.Problems;
import io.sluice.program.build.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice fmt}. */
@picocli.CommandLine.Command(name = "fmt", description = "Prints a configuration file in its one canonical layout. Comments, order, words and what the file says stay as they are.", footerHeading = "%nExamples:%n", footer = {
    "  sluice fmt -c sluice.yaml                      print it",
    "  sluice fmt -c sluice.yaml --write              rewrite the file",
    "  sluice fmt -c sluice.yaml --check              change nothing; exit code 4 when it is laid out otherwise",
    "  sluice fmt -c - < sluice.yaml                  from standard input"})
public final class FmtCommand extends Subcommand {
    @Mixin
    private final ConfigurationOption file = new ConfigurationOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(names = {"-w", "--write"}, description = "Rewrite the file instead of printing it.")
    private boolean write;

    @Option(names = "--check", description = "Only say whether the file is laid out so; exit with 4 when it is not.")
    private boolean check;

    @Override
    public Integer call() throws IOException {
        if (write && check) {
            throw Failure.usage("--write and --check exclude each other; give one of them");
        }
        if (write && file.isStandardInput()) {
            throw Failure.usage("standard input cannot be rewritten; leave --write away to print the result");
        }
        String text;
        try {
            text = file.text();
        } catch (ConfigurationBytes.Unreadable e) {
            return invalid(ConfigurationFile.unreadable(file.name(), e.getMessage()));
        }
        var problems = new Problems(file.name());
        String formatted = Formatter.format(text, problems);
        if (formatted == null) {
            return invalid(new ConfigurationFile.Invalid(problems.sorted()));
        }
        boolean changed = !formatted.equals(text);
        if (write && changed) {
            rewrite(file.path().toRealPath(), formatted);
        }
        print(formatted, changed);
        return check && changed ? ExitCode.WARNINGS : ExitCode.OK;
    }

    private void print(String formatted, boolean changed) {
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("file", file.name());
            json.put("changed", changed);
            json.put("text", formatted);
            out().println(Json.text(json));
        } else if (check) {
            out().println(file.name() + ": " + (changed
                    ? style().warning("not in the canonical layout") + "; 'sluice fmt --write -c " + file.name()
                            + "' mends it"
                    : style().good("ok")));
        } else if (write) {
            out().println(file.name() + ": " + (changed ? "rewritten" : "unchanged"));
        } else {
            out().print(formatted);
        }
    }

    private int invalid(ConfigurationFile.Result result) {
        if (output.json()) {
            out().println(Json.text(ProblemReport.json(file.name(), result)));
        } else {
            new ProblemReport(style(), out()).print(result.problems());
        }
        return ExitCode.INVALID_CONFIGURATION;
    }

    /** In one step, with the permissions the file had: a daemon that reloads meanwhile sees one of the two. */
    private static void rewrite(Path path, String text) throws IOException {
        Path fresh = Files.createTempFile(path.toAbsolutePath().getParent(), ".sluice-fmt", ".yaml");
        try {
            Files.copy(path, fresh, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
            Files.writeString(fresh, text);
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
