package io.sluice.control.config.type;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The shape of every message: what was found, the nearest known word, what is allowed. */
final class Message {
    private Message() {
    }

    static String of(String found, @Nullable String suggestion, String allowed) {
        return found + (suggestion == null ? "" : ": did you mean '" + suggestion + "'?") + " (allowed: " + allowed
                + ")";
    }

    /** {@code 'text'}, {@code a list}, {@code a mapping}, {@code nothing}. */
    static String describe(Node node) {
        return switch (node) {
            case ScalarNode scalar when isNothing(scalar) -> "nothing";
            case ScalarNode scalar -> quote(scalar.getValue());
            case SequenceNode _ -> "a list";
            case MappingNode _ -> "a mapping";
            default -> "something else";
        };
    }

    /** A key without a value after it. */
    static boolean isNothing(Node node) {
        return node instanceof ScalarNode scalar && scalar.isPlain() && scalar.getValue().isEmpty();
    }

    /** On one line, without what a terminal would obey. */
    static String quote(String text) {
        String line = text.length() > 60 ? text.substring(0, 57) + "..." : text;
        var quoted = new StringBuilder("'");
        line.chars().forEach(each -> {
            switch (each) {
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                default ->
                    quoted.append(Character.isISOControl(each) ? "\\x%02x".formatted(each) : Character.toString(each));
            }
        });
        return quoted.append('\'').toString();
    }
}
