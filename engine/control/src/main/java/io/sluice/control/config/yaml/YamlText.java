package io.sluice.control.config.yaml;

import java.util.List;
import java.util.Map;

/** Writes maps, lists and scalars as YAML in the layout of {@link Formatter}. */
public final class YamlText {
    /** A mapping or list that fits goes on one line, unless it stands near the top of the file. */
    private static final int WIDTH = 100;
    private static final int STEP = 2;
    private static final int BLOCKS_AT_TOP = 2;

    private final StringBuilder text = new StringBuilder();

    private YamlText() {
    }

    public static String of(Map<?, ?> whole) {
        var yaml = new YamlText();
        yaml.entries(whole, 0);
        return yaml.text.toString();
    }

    /** One value on one line. */
    public static String inLine(Object value) {
        return switch (value) {
            case Map<?, ?> map when map.isEmpty() -> "{}";
            case Map<?, ?> map -> "{ " + String.join(", ", map.entrySet().stream()
                    .map(entry -> inLine(entry.getKey()) + ": " + inLine(entry.getValue())).toList()) + " }";
            case List<?> list -> "[" + String.join(", ", list.stream().map(YamlText::inLine).toList()) + "]";
            case String string -> Quoting.scalar(string);
            default -> value.toString();
        };
    }

    private void entries(Map<?, ?> map, int depth) {
        map.forEach((key, value) -> {
            text.append(" ".repeat(depth * STEP)).append(inLine(key)).append(':');
            value(value, depth);
        });
    }

    private void value(Object value, int depth) {
        String line = inLine(value);
        boolean top = value instanceof Map && depth < BLOCKS_AT_TOP;
        if (!(top || line.length() + depth * STEP > WIDTH) || line.equals("{}") || line.equals("[]")) {
            text.append(' ').append(line).append('\n');
        } else if (value instanceof Map<?, ?> map) {
            text.append('\n');
            entries(map, depth + 1);
        } else if (value instanceof List<?> list) {
            text.append('\n');
            list.forEach(
                    item -> text.append(" ".repeat((depth + 1) * STEP)).append("- ").append(inLine(item)).append('\n'));
        } else {
            text.append(' ').append(line).append('\n');
        }
    }
}
