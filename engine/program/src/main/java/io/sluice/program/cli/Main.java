package io.sluice.program.cli;

/** The program: runs one command on the main thread and ends with its exit code. */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) {
        System.exit(CommandLineRunner.ofProcess().run(arguments));
    }
}
