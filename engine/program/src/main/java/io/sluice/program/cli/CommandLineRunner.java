package io.sluice.program.cli;

import io.sluice.program.build.ExitCode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Finds the command that the arguments name, loads only that one, runs it and turns what went wrong into a message and
 * an exit code. One thread.
 */
public final class CommandLineRunner {
    private static final String DEBUG = "SLUICE_DEBUG";

    private static final Pattern CHOICE = Pattern.compile("expected one of \\[([A-Z_, ]+)] \\(case-insensitive\\)");

    private final PrintWriter out;
    private final PrintWriter err;

    public CommandLineRunner(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** On this process's standard streams, in UTF-8 whatever the locale. */
    public static CommandLineRunner ofProcess() {
        return new CommandLineRunner(utf8(FileDescriptor.out), utf8(FileDescriptor.err));
    }

    /** Runs one command; answers one of {@link ExitCode}. */
    public int run(String... arguments) {
        try {
            return dispatch(arguments);
        } finally {
            out.flush();
            err.flush();
        }
    }

    private int dispatch(String[] arguments) {
        if (arguments.length == 0) {
            err.print(RootCommand.Help.text());
            return ExitCode.USAGE;
        }
        String first = arguments[0];
        return switch (first) {
            case "-h", "--help" -> help(new String[0]);
            case "help" -> help(Arrays.copyOfRange(arguments, 1, arguments.length));
            case "-V", "--version" -> run("version");
            default -> command(first, arguments);
        };
    }

    private int help(String[] about) {
        if (about.length > 0) {
            return run(about[0], "--help");
        }
        out.print(RootCommand.Help.text());
        return ExitCode.OK;
    }

    private int command(String word, String[] arguments) {
        Optional<Commands> command = Commands.named(word);
        if (command.isEmpty()) {
            return unknown(word);
        }
        Optional<Object> body = command.get().make();
        if (body.isEmpty()) {
            err.println("sluice: '" + word + "' belongs to the laboratory (perf-tests), which has its own program;"
                    + " start it through the launcher: engine/bin/sluice " + String.join(" ", arguments));
            return ExitCode.USAGE;
        }
        return configured(new CommandLine(new RootCommand()).addSubcommand(word, body.get())).execute(arguments);
    }

    private int unknown(String word) {
        if (word.startsWith("-")) {
            err.println("sluice: unknown option '" + word + "'; options follow a command: sluice COMMAND --help");
            return ExitCode.USAGE;
        }
        List<String> near = Commands.near(word);
        err.println("sluice: unknown command '" + word + "'"
                + (near.isEmpty()
                        ? "; 'sluice --help' lists them"
                        : "; did you mean '" + String.join("' or '", near)
                                + "'?"));
        return ExitCode.USAGE;
    }

    /** Every command at once, as completion and the manual pages need it. */
    static CommandLine everything() {
        CommandLine root = new CommandLine(new RootCommand());
        for (Commands command : Commands.values()) {
            root.addSubcommand(command.word(), command.make().orElseGet(CommandSpec::create));
        }
        return root;
    }

    private CommandLine configured(CommandLine commandLine) {
        return commandLine.setOut(out).setErr(err).setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(100).setUsageHelpAutoWidth(false).setAbbreviatedOptionsAllowed(false)
                .setParameterExceptionHandler(usageErrors()).setExecutionExceptionHandler(failures());
    }

    private IParameterExceptionHandler usageErrors() {
        return (ParameterException e, String[] arguments) -> {
            String name = e.getCommandLine().getCommandSpec().qualifiedName();
            err.println(name + ": " + plain(String.valueOf(e.getMessage())));
            UnmatchedArgumentException.printSuggestions(e, err);
            err.println("See '" + name + " --help'.");
            return ExitCode.USAGE;
        };
    }

    /** picocli's words without its inner life: positions, and names of constants. */
    private static String plain(String message) {
        String plain = message
                .replaceFirst("^Invalid value for (?:option '|positional parameter at index \\d+ \\()(.*?)['\\)]: ",
                        "$1: ")
                .replaceFirst("^Unmatched arguments? (?:at|from) index \\d+: ", "Unexpected: ")
                .replaceFirst("is not an? (?:int|long)$", "is not a whole number");
        Matcher choice = CHOICE.matcher(plain);
        return choice.replaceAll(found -> "expected one of " + found.group(1).toLowerCase(Locale.ROOT));
    }

    private IExecutionExceptionHandler failures() {
        return (Exception e, CommandLine commandLine, CommandLine.ParseResult parsed) -> {
            out.flush();
            String name = commandLine.getCommandSpec().qualifiedName();
            if (e instanceof Failure failure) {
                err.println(name + ": " + failure.text());
                return failure.exitCode();
            }
            err.println(name + ": internal error: " + e.getMessage());
            if (System.getenv(DEBUG) == null) {
                err.println("Set " + DEBUG + "=1 to see where; please report it with that output.");
            } else {
                e.printStackTrace(err);
            }
            return ExitCode.INTERNAL_ERROR;
        };
    }

    private static PrintWriter utf8(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
    }
}
