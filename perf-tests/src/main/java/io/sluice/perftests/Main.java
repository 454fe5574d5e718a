package io.sluice.perftests;

import io.sluice.perftests.load.LoadCommand;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine;

/** The laboratory's commands: the launcher hands `load`, `compare` and `perf` to this class. */
@Command(name = "sluice", description = "The laboratory of Sluice.", subcommands = {
    LoadCommand.class, io.sluice.perftests.cli.PerfCommand.class,
    io.sluice.perftests.cli.CompareCommand.class}, mixinStandardHelpOptions = true)
public final class Main implements Runnable {
    @picocli.CommandLine.Spec
    private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    public static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((problem, line, parsed) -> {
            PrintWriter err = line.getErr();
            if (problem instanceof IllegalArgumentException) {
                err.println(line.getColorScheme().errorText(line.getCommandName() + ": " + problem.getMessage()));
                err.println("See: " + line.getCommandSpec().qualifiedName() + " --help");
                return LaboratoryExit.USAGE;
            }
            boolean expected = problem instanceof java.io.IOException
                    || problem instanceof io.sluice.perftests.net.SocketFailure;
            err.println(line.getColorScheme()
                    .errorText(line.getCommandName() + ": " + (expected ? words(problem) : problem)));
            if (!expected) {
                problem.printStackTrace(err);
            }
            return LaboratoryExit.INTERNAL_ERROR;
        });
        return commandLine;
    }

    /** Of some failures the message is the file's name alone. */
    private static String words(Exception problem) {
        return problem instanceof java.nio.file.NoSuchFileException missing
                ? missing.getFile() + " does not exist"
                : String.valueOf(problem.getMessage());
    }

    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }
}
