package io.sluice.program.cli;

import io.sluice.control.api.Question;
import io.sluice.control.config.file.Change;
import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.control.config.file.Plan;
import io.sluice.control.config.model.Configuration;
import io.sluice.program.admin.ControlClient;
import io.sluice.program.build.ExitCode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice plan}. */
@picocli.CommandLine.Command(name = "plan", description = "Shows what a reload of the configuration file would change in the running daemon, touching nothing. Where no daemon runs, shows what a start would bring up.", footerHeading = "%nExamples:%n", footer = {
    "  sluice plan                                    what 'sluice reload' would change",
    "  sluice plan -c new.yaml                        what this file would change",
    "  sluice plan -c new.yaml --from old.yaml        two files, no daemon asked",
    "  sluice plan -c new.yaml -o json                for programs"})
public final class PlanCommand extends Subcommand {
    @Mixin
    private final StateDirectoryOption place = new StateDirectoryOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(names = "--from", paramLabel = "FILE", description = "Compare with this file instead of the running daemon.")
    private @Nullable Path from;

    /** A plan and what it was made against. */
    private record Compared(Plan plan, String against) {
    }

    @Override
    public Integer call() {
        Path file = place.configurationFile();
        ConfigurationFile.Result next = ConfigurationFile.read(file);
        if (!(next instanceof ConfigurationFile.Valid valid)) {
            return invalid(file, next);
        }
        if (from == null) {
            return print(withDaemon(file, valid.configuration()), next);
        }
        ConfigurationFile.Result former = ConfigurationFile.read(from);
        return former instanceof ConfigurationFile.Valid before
                ? print(new Compared(Plan.between(before.configuration(), valid.configuration()), from.toString()),
                        next)
                : invalid(from, former);
    }

    private Compared withDaemon(Path file, Configuration next) {
        try (ControlClient client = ControlClient.connect(place.find(), Asking.LONG_PATIENCE)) {
            Plan plan = Asking.value(client.ask(new Question.Planned(file.toAbsolutePath().toString())), Plan.class);
            return new Compared(plan, "the running daemon");
        } catch (ControlClient.Unreachable e) {
            if (!e.nobodyThere()) {
                throw new Asking(place).unreachable(e);
            }
            return new Compared(Plan.fromNothing(next), "nothing: no daemon runs");
        }
    }

    private int print(Compared compared, ConfigurationFile.Result file) {
        if (output.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("against", compared.against);
            json.putAll(compared.plan.json());
            json.put("problems", ProblemReport.json(file.problems()));
            out().println(Json.text(json));
            return ExitCode.OK;
        }
        new ProblemReport(style(), out()).print(file.problems());
        out().println(style().dim("against " + compared.against));
        compared.plan.lines().forEach(line -> out().println(coloured(line)));
        out().println(style().bold(compared.plan.summary()));
        return ExitCode.OK;
    }

    private String coloured(Plan.Line line) {
        Change.Kind kind = line.kind();
        return kind == null ? line.toString() : switch (kind) {
            case ADDED -> style().good(line.toString());
            case REMOVED -> style().bad(line.toString());
            case CHANGED -> style().warning(line.toString());
        };
    }

    private int invalid(Path file, ConfigurationFile.Result result) {
        if (output.json()) {
            out().println(Json.text(ProblemReport.json(file.toString(), result)));
        } else {
            var report = new ProblemReport(style(), out());
            report.print(result.problems());
            out().println(report.summary(file.toString(), result));
        }
        return ExitCode.INVALID_CONFIGURATION;
    }
}
