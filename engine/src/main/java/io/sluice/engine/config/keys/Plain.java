package io.sluice.engine.config.keys;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Shows values of {@link Type#plain} on one line, as YAML would write them in flow style. */
public final class Plain {
    // What YAML takes for plain text wherever it stands, also between brackets.
    private static final Pattern BARE = Pattern
            .compile("[A-Za-z0-9_./+][A-Za-z0-9_./+@-]*(?::[A-Za-z0-9_./+@-]+)*(?:[ ][A-Za-z0-9_./+@-]+)*");
    private static final Pattern OTHER_TYPE = Pattern.compile(
            "true|false|null|~|[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?|0[xo][0-9A-Fa-f]+|[+-]?\\.(?:inf|nan)",
            Pattern.CASE_INSENSITIVE);

    private Plain() {
    }

    public static String text(Object plain) {
        return switch (plain) {
            case Map<?, ?> map when map.isEmpty() -> "{}";
            case Map<?, ?> map -> map.entrySet().stream()
                    .map(entry -> text(entry.getKey()) + ": " + text(entry.getValue()))
                    .collect(Collectors.joining(", ", "{ ", " }"));
            case List<?> list -> list.stream().map(Plain::text).collect(Collectors.joining(", ", "[", "]"));
            case String text -> scalar(text);
            default -> plain.toString();
        };
    }

    private static String scalar(String text) {
        if (BARE.matcher(text).matches() && !OTHER_TYPE.matcher(text).matches()) {
            return text;
        }
        var quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' ' || c == 0x7f) {
                        quoted.append(String.format("\\x%02x", c));
                    } else {
                        quoted.append((char) c);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }
}
