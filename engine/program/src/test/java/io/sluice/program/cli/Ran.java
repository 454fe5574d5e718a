package io.sluice.program.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command did when it ran in this process. */
record Ran(int exitCode, String out, String err) {
    static Ran sluice(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode = new CommandLineRunner(new PrintWriter(out), new PrintWriter(err)).run(arguments);
        return new Ran(exitCode, out.toString(), err.toString());
    }
}
