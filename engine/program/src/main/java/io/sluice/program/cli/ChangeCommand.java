package io.sluice.program.cli;

import io.sluice.control.api.Request;
import io.sluice.program.admin.Answer;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** A command that changes something in a running daemon and prints what it did. */
abstract class ChangeCommand extends Subcommand {
    @Mixin
    private final StateDirectoryOption place = new StateDirectoryOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    final StateDirectoryOption place() {
        return place;
    }

    final boolean json() {
        return output.json();
    }

    /** Asks the daemon to do it; a refusal ends the command. */
    final void change(Request request) {
        print(new Asking(place).ask(request));
    }

    final void print(Answer answer) {
        if (output.json()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("message", answer.message());
            result.put("details", answer.details());
            out().println(Json.text(result));
            return;
        }
        out().println(answer.message());
        answer.details().forEach(detail -> out().println("  " + detail));
    }
}
