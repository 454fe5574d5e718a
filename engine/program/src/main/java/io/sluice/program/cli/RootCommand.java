package io.sluice.program.cli;

/** {@code sluice} itself: holds the commands together; run alone it only prints help. */
@picocli.CommandLine.Command(name = "sluice")
final class RootCommand {

    /** What {@code sluice --help} prints: made from {@link Commands} alone, so that no command is loaded for it. */
    static final class Help {
        private Help() {
        }

        static String text() {
            var text = new StringBuilder();
            text.append("Sluice, a load balancer for Linux.\n\nUsage: sluice COMMAND [OPTIONS]\n");
            for (Commands.Group group : Commands.Group.values()) {
                var lines = new StringBuilder();
                for (Commands command : Commands.values()) {
                    if (command.group() == group) {
                        lines.append(String.format("  %-12s %s%n", command.word(), command.summary()));
                    }
                }
                if (!lines.isEmpty()) {
                    text.append('\n').append(group.heading()).append(":\n").append(lines);
                }
            }
            text.append("""

                    Each command explains itself with examples: sluice COMMAND --help
                    First time here?  sluice demo
                    Exit codes: 0 ok, 1 internal error, 2 usage, 3 invalid configuration, 4 warnings under --strict,
                                5 daemon unreachable, 6 refused; of the laboratory also 98 cannot judge, 99 failed
                    """);
            return text.toString();
        }
    }
}
