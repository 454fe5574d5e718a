package io.sluice.program.cli;

import io.sluice.control.api.JsonForm;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;

/** JSON as the commands print and read it. */
public final class Json {
    private static final ObjectMapper LINES = JsonForm.builder().build();
    private static final ObjectMapper PRETTY = JsonForm.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {
    }

    /** On several lines, for {@code -o json}. */
    public static String text(Object value) {
        return PRETTY.writeValueAsString(value);
    }

    /** On one line. */
    public static String line(Object value) {
        return LINES.writeValueAsString(value);
    }

    /** The mapper for trees. */
    public static ObjectMapper mapper() {
        return LINES;
    }
}
