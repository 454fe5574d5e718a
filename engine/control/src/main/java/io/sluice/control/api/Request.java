package io.sluice.control.api;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * What a running daemon can be asked or told; as JSON, one line of the control socket:
 * {@code {"command":"weight",...}}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "command")
public sealed interface Request permits Command, Question {
    /** JSON may leave out what Java cannot. */
    static void require(@Nullable Object value, String field) {
        if (value == null) {
            throw new IllegalArgumentException("'" + field + "' is missing");
        }
    }
}
