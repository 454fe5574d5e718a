package io.sluice.program.cli;

import io.sluice.program.build.ExitCode;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice top}: redraws the screen until interrupted; reads the daemon's files only. Main thread. */
@picocli.CommandLine.Command(name = "top", description = "Shows rates, live: connections and bytes per second of each service and server. Ctrl-C ends it. Works while the daemon is stuck.", footerHeading = "%nExamples:%n", footer = {
    "  sluice top", "  sluice top --interval 5s",
    "  sluice top --once          two looks, one second apart, then ends",
    "  sluice top -o json         the same as JSON"})
final class TopCommand extends Subcommand {
    /** Alternate screen, hidden cursor: as other full-screen programs do, so that the shell's text comes back. */
    private static final String ENTER = "\u001B[?1049h\u001B[?25l";
    private static final String LEAVE = "\u001B[?25h\u001B[?1049l";
    private static final String HOME = "\u001B[H";
    private static final String REST_OF_LINE = "\u001B[K";
    private static final String REST_OF_SCREEN = "\u001B[J";

    @Option(names = {"-i",
        "--interval"}, paramLabel = "DURATION", converter = Durations.class, description = "Time between two looks (default: ${DEFAULT-VALUE}).", defaultValue = "1s")
    private Duration interval = Duration.ofSeconds(1);

    @Option(names = "--once", description = "Print one view and end.")
    private boolean once;

    @Mixin
    private final StateDirectoryOption place = new StateDirectoryOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws InterruptedException {
        if (interval.toMillis() < 100) {
            throw Failure.usage("--interval " + interval.toMillis() + "ms: 100ms or more");
        }
        Reading reading = new Reading(place);
        Sample before = Sample.take(reading);
        Thread.sleep(interval);
        if (output.json()) {
            out().println(Json.text(Rates.between(before, Sample.take(reading))));
            return ExitCode.OK;
        }
        if (once || !Terminal.isTerminal(1)) {
            TopView.lines(before, Sample.take(reading), style(), Integer.MAX_VALUE).forEach(out()::println);
            return ExitCode.OK;
        }
        watch(reading, before);
        return ExitCode.OK;
    }

    private void watch(Reading reading, Sample first) throws InterruptedException {
        Thread restore = Thread.ofPlatform().unstarted(() -> show(LEAVE));
        Runtime.getRuntime().addShutdownHook(restore);
        show(ENTER);
        Sample before = first;
        while (true) {
            Sample now = Sample.take(reading);
            draw(TopView.lines(before, now, style(), Terminal.size().rows()));
            before = now;
            Thread.sleep(interval);
        }
    }

    /** Overwrites in place: clearing first would flicker. */
    private void draw(List<String> lines) {
        show(HOME + String.join(REST_OF_LINE + "\n", lines) + REST_OF_LINE + REST_OF_SCREEN);
    }

    private void show(String text) {
        out().print(text);
        out().flush();
    }
}
