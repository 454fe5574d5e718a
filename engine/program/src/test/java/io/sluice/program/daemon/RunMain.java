package io.sluice.program.daemon;

import java.io.PrintWriter;
import java.nio.file.Path;

/** {@code sluice run -c FILE} without the command line around it: the child process of tests. */
public final class RunMain {
    private RunMain() {
    }

    public static void main(String[] arguments) {
        System.exit(DaemonProcess.run(Path.of(arguments[0]), new PrintWriter(System.out, true),
                new PrintWriter(System.err, true)));
    }
}
