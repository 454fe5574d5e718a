package io.sluice.program.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.control.api.Request;
import io.sluice.control.config.model.Word;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The one line that the daemon answers to a {@link Request}.
 *
 * @param kind how it ended
 * @param message for people
 * @param details changes or problems, one line each
 * @param value what was asked for, where it is not a change
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Answer(Kind kind, String message, List<String> details, @Nullable JsonNode value) {
    /** How a request ended. */
    public enum Kind implements Word {
        /** A change was made. */
        DONE,
        /** A question was answered. */
        VALUE,
        /** Understood and not done. */
        REFUSED,
        /** The configuration file has problems. */
        INVALID,
        /** Not understood. */
        MALFORMED,
        /** The daemon failed at it: a bug. */
        ERROR;

        @JsonValue
        @Override
        public String word() {
            return Word.super.word();
        }
    }

    public Answer {
        details = List.copyOf(details);
    }

    static Answer of(Kind kind, String message) {
        return new Answer(kind, message, List.of(), null);
    }

    static Answer value(JsonNode value) {
        return new Answer(Kind.VALUE, "", List.of(), value);
    }
}
