package io.sluice.bench;

import io.sluice.bench.gate.GateCommand;
import java.util.Arrays;
import picocli.CommandLine;

/** Entry of {@code bench/bin/bench}. */
public final class Main {
    private static final String USAGE = """
            usage: bench jmh [JMH OPTIONS] [REGEX...]     run benchmarks (-h: JMH's options, -l: list)
                   bench gate [OPTIONS]                   hold the limits in limits.yaml (--help)
                   bench stress [--short] [-t REGEX] [-v] [-l] [-m quick|default|tough] [JCSTRESS OPTIONS]
                                                          hunt for races; --short takes seconds per test

            JCStress leaves its report in bench/target/jcstress/index.html. Tests with three actors need three processors.

            examples:
              bench jmh SchedulerBenchmark -p servers=32 -prof gc
              bench gate --short
              bench stress --short -t TwoClaims -v""";

    private Main() {
    }

    public static void main(String[] args) throws Exception {
        String command = args.length == 0 ? "--help" : args[0];
        String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
        switch (command) {
            case "jmh" -> org.openjdk.jmh.Main.main(rest);
            case "stress" -> org.openjdk.jcstress.Main.main(rest); // its -h breaks on the jopt-simple JMH needs
            case "gate" -> System.exit(new CommandLine(new GateCommand()).execute(rest));
            case "-h", "--help", "help" -> System.out.println(USAGE);
            default -> {
                System.err.println("bench: no command '" + command + "'\n\n" + USAGE);
                System.exit(2);
            }
        }
    }
}
