package io.sluice.program.cli;

/** {@code sluice} itself: holds the commands together; run alone it only prints help. */
@picocli.CommandLine.Command(name = "sluice")
final class RootCommand {
}
