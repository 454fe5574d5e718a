package io.sluice.program.cli;

import io.sluice.program.build.ExitCode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every subcommand has: {@code --help}, where to print, and its colours. */
public abstract class Subcommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli prints the help when it is set
    private boolean help;

    private final Style style = Style.ofStandardOutput();

    /** Does it. A {@link Failure} ends it with a message; the answer is one of {@link ExitCode}. */
    @Override
    public abstract Integer call() throws Exception;

    /** Standard output. */
    protected final PrintWriter out() {
        return spec().commandLine().getOut();
    }

    /** Standard error. */
    protected final PrintWriter err() {
        return spec().commandLine().getErr();
    }

    protected final Style style() {
        return style;
    }

    /** Prints a table, or one sentence where it has no rows. */
    protected final void print(Table table, String whenEmpty) {
        if (table.isEmpty()) {
            out().println(whenEmpty);
        } else {
            table.lines(style).forEach(out()::println);
        }
    }

    protected final CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("picocli has not set the command up");
        }
        return spec;
    }
}
