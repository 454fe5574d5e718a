package io.sluice.program.cli;

import io.sluice.control.api.Command;
import io.sluice.control.api.Request;
import io.sluice.program.admin.Answer;
import io.sluice.program.admin.ControlClient;
import io.sluice.program.admin.Wire;
import io.sluice.program.build.ExitCode;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** Asks the daemon over its control socket and turns what is no success into a {@link Failure}. */
final class Asking {
    /** The daemon answers in milliseconds; longer means that it hangs. */
    static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Plans and reloads read files and may wait for the disk. */
    static final Duration LONG_PATIENCE = Duration.ofSeconds(60);

    private final StateDirectoryOption place;

    Asking(StateDirectoryOption place) {
        this.place = place;
    }

    /** One request on a connection of its own. */
    Answer ask(Request request) {
        return ask(request, request instanceof Command.Reload ? LONG_PATIENCE : PATIENCE);
    }

    /** The same for a request that may take longer. */
    Answer ask(Request request, Duration patience) {
        try (ControlClient client = ControlClient.connect(place.find(), patience)) {
            return succeeded(client.ask(request));
        } catch (ControlClient.Unreachable e) {
            throw unreachable(e);
        }
    }

    /** The value in the answer. */
    <T> T value(Request request, Class<T> type) {
        return value(ask(request), type);
    }

    /** The value in an answer; a refusal ends the command. */
    static <T> T value(Answer answer, Class<T> type) {
        JsonNode value = succeeded(answer).value();
        if (value == null) {
            throw new Failure(ExitCode.INTERNAL_ERROR, "the daemon answered without the value that was asked for");
        }
        return Wire.json().treeToValue(value, type);
    }

    /** Starting it is no advice where one runs and cannot be asked. */
    Failure unreachable(ControlClient.Unreachable e) {
        if (!e.nobodyThere()) {
            return Failure.unreachable("the daemon cannot be asked.\n  Tried " + e.text());
        }
        return Failure
                .unreachable("no daemon to talk to.\n  Tried " + e.text() + "\n  Start it: " + place.startCommand()
                        + "\n  If it runs with another configuration or state directory, name it: -c FILE or"
                        + " --state-directory DIR");
    }

    private static Answer succeeded(Answer answer) {
        return switch (answer.kind()) {
            case DONE, VALUE -> answer;
            case REFUSED -> throw Failure.refused(answer.message());
            case INVALID -> throw new Failure(ExitCode.INVALID_CONFIGURATION,
                    answer.message() + "\n  " + String.join("\n  ", answer.details()));
            case MALFORMED -> throw Failure.refused(answer.message());
            case ERROR -> throw new Failure(ExitCode.INTERNAL_ERROR, answer.message());
        };
    }
}
