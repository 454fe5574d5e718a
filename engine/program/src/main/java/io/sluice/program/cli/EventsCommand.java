package io.sluice.program.cli;

import io.sluice.control.api.Event;
import io.sluice.control.api.Question;
import io.sluice.program.build.ExitCode;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice events}. */
@picocli.CommandLine.Command(name = "events", description = "Shows what happened: health changes, reloads, what administrators did.", footerHeading = "%nExamples:%n", footer = {
    "  sluice events", "  sluice events -f", "  sluice events -f -o json      one JSON object per line"})
final class EventsCommand extends Subcommand {
    private static final Duration LOOK = Duration.ofMillis(300);

    @Option(names = {"-f", "--follow"}, description = "Go on printing as they happen, until interrupted.")
    private boolean follow;

    @Option(names = {"-n",
        "--last"}, paramLabel = "N", description = "Only the last N so far (default: all that are kept).", defaultValue = "2147483647")
    private int last = Integer.MAX_VALUE;

    @Mixin
    private final StateDirectoryOption place = new StateDirectoryOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws InterruptedException {
        Asking asking = new Asking(place);
        Event[] events = asking.value(new Question.Happened(0), Event[].class);
        long seen = 0;
        for (int i = 0; i < events.length; i++) {
            seen = events[i].sequence();
            if (events.length - i <= last) {
                print(events[i]);
            }
        }
        if (events.length == 0 && !follow && !output.json()) {
            out().println("no events");
        }
        while (follow) {
            out().flush();
            Thread.sleep(LOOK);
            for (Event event : asking.value(new Question.Happened(seen), Event[].class)) {
                seen = event.sequence();
                print(event);
            }
        }
        return ExitCode.OK;
    }

    private void print(Event event) {
        if (output.json()) {
            out().println(Json.line(event));
            return;
        }
        String subject = event.subject().isEmpty() ? "" : style().bold(event.subject()) + ": ";
        out().println(LifeLines.time(event.time()) + "  " + String.format("%-13s", event.kind().word()) + "  " + subject
                + event.text());
    }
}
