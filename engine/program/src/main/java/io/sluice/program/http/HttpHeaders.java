package io.sluice.program.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Header fields of a request or an answer; names have no case. The thread that serves the connection. */
public final class HttpHeaders {
    private final Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    /** The first value, or null. */
    public @Nullable String first(String name) {
        return all(name).isEmpty() ? null : all(name).getFirst();
    }

    /** Every value, in the order of the lines. */
    public List<String> all(String name) {
        return fields.getOrDefault(name, List.of());
    }

    /** In place of what was there. */
    public void set(String name, String value) {
        fields.remove(name);
        add(name, value);
    }

    /** Beside what is there. */
    public void add(String name, String value) {
        if (value.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
            throw new IllegalArgumentException("a line end in header " + name);
        }
        fields.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
    }

    boolean has(String name) {
        return fields.containsKey(name);
    }

    /** Whether one of the comma-separated values is that word. */
    boolean says(String name, String word) {
        return all(name).stream().flatMap(value -> List.of(value.split(",", -1)).stream())
                .anyMatch(value -> value.strip().equalsIgnoreCase(word));
    }

    void forEach(BiConsumer<String, String> field) {
        fields.forEach((name, values) -> values.forEach(value -> field.accept(name, value)));
    }
}
