package io.sluice.bench;

import io.sluice.bench.gate.GateCommand;
import java.util.Arrays;
import java.util.List;
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

    /** JCStress's own help needs a newer jopt-simple than JMH allows. */
    private static final String STRESS_USAGE = """
            usage: bench stress [--short] [OPTIONS]

              --short          one JVM per test, seconds each (must come first)
              -t REGEX         only tests whose name matches
              -l               list the tests
              -v               tell what is run, and every outcome
              -m MODE          sanity, quick, default, tough or stress: how long and how thoroughly
              -f COUNT         forks per test and compiler combination
              -iters COUNT     iterations per test
              -time MS         time per iteration
              -c COUNT         processors to use (default: all)
              -sc true|false   split compilation: try every combination of interpreter, C1 and C2 per actor
              -af MODE         affinity of actors: NONE, GLOBAL or LOCAL
              -jvmArgs ARGS    JVM options instead of the combinations JCStress tries

            Exits 1 where a forbidden outcome was seen. The report is bench/target/jcstress/index.html.""";

    private static void stress(String[] arguments) throws Exception {
        if (List.of(arguments).contains("-h") || List.of(arguments).contains("--help")) {
            System.out.println(STRESS_USAGE);
        } else {
            org.openjdk.jcstress.Main.main(arguments);
        }
    }

    public static void main(String[] args) throws Exception {
        String command = args.length == 0 ? "--help" : args[0];
        String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
        switch (command) {
            case "jmh" -> org.openjdk.jmh.Main.main(rest);
            case "stress" -> stress(rest);
            case "gate" -> System.exit(new CommandLine(new GateCommand()).execute(rest));
            case "-h", "--help", "help" -> System.out.println(USAGE);
            default -> {
                System.err.println("bench: no command '" + command + "'\n\n" + USAGE);
                System.exit(2);
            }
        }
    }
}
