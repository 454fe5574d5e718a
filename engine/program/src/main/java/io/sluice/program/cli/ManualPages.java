package io.sluice.program.cli;

import io.sluice.control.config.keys.KeySections;
import io.sluice.program.build.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine;

/**
 * The manual, made from the definitions that read the command line and the configuration: sluice(1), a page for each
 * command, sluice.yaml(5). The build runs it: {@code engine/bin/sluice --write-manual DIRECTORY}.
 */
public final class ManualPages {
    private static final String CONFIGURATION_PAGE = "sluice.yaml";

    private ManualPages() {
    }

    /** @param arguments the directory that gets man1 and man5 */
    public static void main(String[] arguments) throws IOException {
        write(Path.of(arguments[0]));
    }

    static void write(Path directory) throws IOException {
        Path commands = Files.createDirectories(directory.resolve("man1"));
        Path files = Files.createDirectories(directory.resolve("man5"));
        Files.writeString(commands.resolve("sluice.1"), overview());
        for (Map.Entry<String, CommandLine> command : CommandLineRunner.everything().getSubcommands().entrySet()) {
            Files.writeString(commands.resolve("sluice-" + command.getKey() + ".1"), page(Commands.named(command
                    .getKey()).orElseThrow(), command.getValue().getCommandSpec()));
        }
        Files.writeString(files.resolve(CONFIGURATION_PAGE + ".5"), configuration());
    }

    private static String overview() {
        var page = new Roff("sluice", 1);
        page.section("NAME").text("sluice - a load balancer for TCP and UDP");
        page.section("SYNOPSIS").text("sluice COMMAND [OPTIONS]");
        page.section("DESCRIPTION").text("Sluice takes connections and datagrams at virtual services and relays them to"
                + " real servers. 'sluice run' is the daemon; one file, described in sluice.yaml(5), says what it does;"
                + " the other commands look at it and change it.").paragraph(
                        "Each command has a page of its own, such as sluice-run(1), and explains itself with --help."
                                + " First time here? Try 'sluice demo'.");
        for (Commands.Group group : Commands.Group.values()) {
            page.section(group.heading());
            Stream.of(Commands.values()).filter(command -> command.group() == group).forEach(command -> page.item(
                    Roff.bold(command.word()), command.summary() + ". See sluice-" + command.word() + "(1)."));
        }
        page.section("EXIT STATUS");
        page.item(Roff.bold("0"), "Done.").item(Roff.bold("1"), "Internal error.")
                .item(Roff.bold("2"), "The command line is wrong.")
                .item(Roff.bold("3"), "The configuration is invalid.")
                .item(Roff.bold("4"), "Warnings, under --strict.")
                .item(Roff.bold("5"), "The daemon cannot be reached.")
                .item(Roff.bold("6"), "Understood and refused; the message says why.")
                .item(Roff.bold("98, 99"), "A performance gate cannot judge, or has failed.");
        page.section("FILES");
        page.item(Roff.italic("/etc/sluice/sluice.yaml"), "The configuration; another one with -c.");
        page.item(Roff.italic("/var/lib/sluice"), "The state, where that is writable; else $XDG_STATE_HOME/sluice.");
        page.section("ENVIRONMENT");
        page.item(Roff.bold("JAVA_HOME"), "The JDK, when it is 25 or newer; else one under /usr/lib/jvm.");
        page.item(Roff.bold("SLUICE_JAVA_OPTS"), "Flags for the JVM.");
        page.item(Roff.bold("SLUICE_DEBUG"), "When set, an internal error shows where it happened.");
        page.item(Roff.bold("NO_COLOR"), "When set, nothing is coloured.");
        page.section("SEE ALSO").text("sluice.yaml(5), sluice-run(1), sluice-status(1), /usr/share/doc/sluice");
        return page.toString();
    }

    private static String page(Commands command, CommandSpec spec) {
        var page = new Roff("sluice-" + command.word(), 1);
        page.section("NAME").text("sluice-" + command.word() + " - " + command.summary());
        if (command.group() == Commands.Group.LABORATORY) {
            page.section("SYNOPSIS").text("sluice " + command.word() + " --help");
            page.section("DESCRIPTION").text(command.summary()
                    + ". A program of its own, the laboratory: --help tells what it takes.");
        } else {
            page.section("SYNOPSIS").text("sluice " + command.word() + " [OPTIONS]" + spec.positionalParameters()
                    .stream().map(ManualPages::operand).collect(Collectors.joining()));
            page.section("DESCRIPTION").text(String.join(" ", spec.usageMessage().description()));
            page.section("OPTIONS");
            spec.positionalParameters().forEach(each -> page.item(Roff.italic(each.paramLabel()), meaning(each)));
            spec.options().stream().filter(option -> !option.hidden()).forEach(option -> page.item(names(option),
                    meaning(option)));
            page.section("EXAMPLES").literal(List.of(spec.usageMessage().footer()));
        }
        page.section("SEE ALSO").text("sluice(1), sluice.yaml(5)");
        return page.toString();
    }

    private static String operand(PositionalParamSpec operand) {
        return operand.required() ? " " + operand.paramLabel() : " [" + operand.paramLabel() + "]";
    }

    private static String names(OptionSpec option) {
        String label = option.arity().max() == 0 ? "" : " " + Roff.italic(option.paramLabel());
        return Stream.of(option.names()).map(name -> Roff.bold(name) + label).collect(Collectors.joining(", "));
    }

    private static String meaning(ArgSpec argument) {
        Iterable<String> choices = argument.completionCandidates();
        return String.join(" ", argument.description()).replace("${DEFAULT-VALUE}", String.valueOf(argument
                .defaultValue())).replace("${COMPLETION-CANDIDATES}", choices == null
                        ? ""
                        : String.join(", ",
                                choices));
    }

    private static String configuration() {
        var page = new Roff(CONFIGURATION_PAGE, 5);
        page.section("NAME").text("sluice.yaml - configuration of the load balancer Sluice");
        page.section("DESCRIPTION").text("One YAML file says what sluice-run(1) does. Unknown keys, wrong types and"
                + " impossible values are errors; 'sluice check' tells all of them with their place. Durations carry a"
                + " unit (500ms 6s 6m 6h 1d), sizes too (64KiB 1MiB). Addresses are IP addresses: names are not"
                + " resolved. Paths are relative to the directory of the file.").paragraph(
                        "'sluice plan' says what a change would do, 'sluice reload' does it. Keys marked (restart) wait"
                                + " for a restart of the daemon or for 'sluice upgrade'.");
        page.section("EXAMPLE").literal(List.of("services:", "  web:", "    listen: 192.0.2.10:80",
                "    affinity: { by: source-ip, timeout: 6m }", "    servers:", "      a: 10.0.0.11:8080",
                "      b: { address: 10.0.0.12:8080, weight: 50 }"));
        for (KeySections.Section section : KeySections.all()) {
            page.section(section.path().isEmpty() ? "TOP OF THE FILE" : section.path());
            section.rows().forEach(row -> addKey(page, row));
        }
        page.section("SEE ALSO").text("sluice(1), sluice-check(1), sluice-plan(1), sluice-fmt(1)");
        return page.toString();
    }

    private static void addKey(Roff page, KeySections.Row row) {
        String holds = row.holds() + (row.section() == null ? "" : "the keys of " + row.section());
        String standard = row.required()
                ? " Required."
                : row.standard().isEmpty() ? "" : " Default: " + row.standard() + ".";
        page.item(Roff.bold(row.name()) + (row.live() ? "" : " (restart)"), row.meaning() + " Holds: " + holds + "."
                + standard);
    }

    /** A manual page in roff with the macros of man(7), written from top to bottom. One thread. */
    static final class Roff {
        private final StringBuilder text = new StringBuilder();

        Roff(String name, int section) {
            text.append(".TH \"").append(escaped(name.toUpperCase(Locale.ROOT))).append("\" \"").append(section)
                    .append("\" \"\" \"").append(escaped("Sluice " + Version.ofThisBuild()))
                    .append("\" \"Sluice\"\n");
            text.append(".nh\n.ad l\n"); // words like max-connections-per-source are neither broken nor stretched
        }

        Roff section(String heading) {
            text.append(".SH \"").append(escaped(heading)).append("\"\n");
            return this;
        }

        Roff text(String plain) {
            text.append(escaped(plain)).append('\n');
            return this;
        }

        Roff paragraph(String plain) {
            text.append(".PP\n");
            return text(plain);
        }

        /** @param tag made with {@link #bold} and {@link #italic} */
        Roff item(String tag, String plain) {
            text.append(".TP\n").append(tag).append('\n');
            return text(plain);
        }

        /** Lines that stay as they are. */
        Roff literal(List<String> lines) {
            text.append(".nf\n");
            lines.forEach(line -> text.append(escaped(line)).append('\n'));
            text.append(".fi\n");
            return this;
        }

        static String bold(String plain) {
            return "\\fB" + escaped(plain) + "\\fR";
        }

        static String italic(String plain) {
            return "\\fI" + escaped(plain) + "\\fR";
        }

        /** What is typed stays what it is: roff makes hyphens and curly quotes of it, and commands of leading dots. */
        private static String escaped(String plain) {
            String text = plain.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
                    .replace("^", "\\(ha").replace("~", "\\(ti").replace("\"", "\\(dq").replace("\n", " ");
            return text.startsWith(".") ? "\\&" + text : text;
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
