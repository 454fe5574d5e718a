package io.sluice.program.cli;

import io.sluice.program.build.ExitCode;
import io.sluice.program.daemon.StartFailure;
import io.sluice.program.demo.Demo;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice demo}: the main job with nothing to set up. */
@picocli.CommandLine.Command(name = "demo", description = "Starts three real servers and a virtual service in front of them, sends load through it, kills one server and shows that it is taken out. All on 127.0.0.1; nothing is left behind.", footerHeading = "%nExamples:%n", footer = {
    "  sluice demo", "  sluice demo --seconds 10", "  sluice demo --keep", "  sluice demo -o json"})
final class DemoCommand extends Subcommand {
    @Option(names = "--seconds", paramLabel = "N", defaultValue = "4", description = "How long to send load (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--keep", description = "Leave it running afterwards and print where to look; Ctrl-C ends it.")
    private boolean keep;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (seconds < 1) {
            throw Failure.usage("--seconds " + seconds + ": at least 1");
        }
        PrintWriter progress = output.json() ? err() : out();
        try (var demo = new Demo(progress, Terminal.isTerminal(output.json() ? 2 : 1))) {
            Demo.Report report = demo.run(Duration.ofSeconds(seconds));
            if (output.json()) {
                out().println(Json.text(report));
            }
            if (keep) {
                progress.println();
                demo.places().forEach(progress::println);
                progress.println("Running until Ctrl-C.");
                progress.flush();
                Thread.currentThread().join();
            }
            if (!keep && !output.json()) {
                out().println();
                out().println("To look around while it runs:  sluice demo --keep");
                out().println(
                        "To balance servers of your own: put them into a file like "
                                + Documents.example("minimal.yaml") + ", then");
                out().println("  sluice check -c FILE && sluice run -c FILE");
            }
            return report.failuresAfterwards() == 0 ? ExitCode.OK : ExitCode.INTERNAL_ERROR;
        } catch (StartFailure e) {
            throw Failure.refused("the demo could not start: " + e.getMessage());
        }
    }
}
