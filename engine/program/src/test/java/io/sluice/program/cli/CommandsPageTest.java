package io.sluice.program.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Keeps docs/reference/commands.md equal to the commands; -Ddocs.write=true writes it anew. */
class CommandsPageTest {
    private static final Path PAGE = Path.of("docs/reference/commands.md");

    private final StringBuilder page = new StringBuilder(
            """
                    # Command reference

                    Every command and option, made from the definitions that read them. By task, with what they print:
                    [commands by task](../operate/commands.md). Exit codes: 0 ok, 1 internal error, 2 usage, 3 invalid configuration,
                    4 warnings under `--strict`, 5 daemon unreachable, 6 refused; of the laboratory also 98 cannot judge, 99 failed.
                    `-h`, `--help` explains any command.
                    """);

    @Test
    void the_reference_page_lists_every_command_as_it_is() throws IOException {
        CommandLine all = CommandLineRunner.everything();
        for (Commands.Group group : Commands.Group.values()) {
            page.append("\n## ").append(group.heading()).append('\n');
            Stream.of(Commands.values()).filter(command -> command.group() == group).forEach(command -> add(command,
                    all.getSubcommands().get(command.word()).getCommandSpec()));
        }
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(PAGE, page.toString());
        }
        assertThat(Files.readString(PAGE)).as("run the test with -Ddocs.write=true, then read the diff").isEqualTo(
                page.toString());
    }

    private void add(Commands command, CommandSpec spec) {
        page.append("\n### sluice ").append(command.word()).append("\n\n");
        if (command.group() == Commands.Group.LABORATORY) {
            page.append(command.summary())
                    .append(": [the performance laboratory](../operate/performance-lab.md), `sluice ")
                    .append(command.word()).append(" --help`.\n");
            return;
        }
        page.append(String.join(" ", spec.usageMessage().description())).append("\n");
        if (spec.positionalParameters().size() + spec.options().size() > 1) {
            page.append("\n| | |\n|---|---|\n");
        }
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            row("`" + parameter.paramLabel() + "`" + (parameter.required() ? "" : " (optional)"), parameter);
        }
        spec.options().stream().filter(option -> !option.usageHelp() && !option.hidden()).forEach(option -> row(names(
                option), option));
        page.append("\n```sh\n");
        for (String line : spec.usageMessage().footer()) {
            page.append(line.strip()).append('\n');
        }
        page.append("```\n");
    }

    private void row(String names, ArgSpec argument) {
        page.append("| ").append(names).append(" | ").append(cell(String.join(" ", argument
                .renderedDescription()))).append(" |\n");
    }

    private static String names(OptionSpec option) {
        String label = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        return Stream.of(option.names()).map(name -> "`" + name + label + "`").collect(Collectors.joining(", "));
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
