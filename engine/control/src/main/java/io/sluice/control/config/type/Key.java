package io.sluice.control.config.type;

import io.sluice.control.config.yaml.YamlText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One key of a section: its name, what it may hold, what holds without it, and what it is for.
 *
 * @param <R> the record that the section becomes
 * @param <V> the value
 * @param of reads the value back from the record; null where the record has none
 * @param standard what holds when the key is absent; null when there is nothing, or when it depends on other keys
 * @param standardText what holds when the key is absent, in words; null when the type can show {@code standard}
 * @param required whether the section is wrong without it
 * @param condition when the key means something; null: always
 * @param conditionText the condition in words that follow "only": {@code with type: http}
 * @param live whether a reload can change it; else it waits for a restart
 * @param doc one or two sentences for the reference
 */
public record Key<R, V>(String name, Type<V> type, Function<R, @Nullable V> of, @Nullable V standard,
        @Nullable String standardText, boolean required, @Nullable Predicate<Values<R>> condition, String conditionText,
        boolean live, String doc) {

    public static <R, V> Key<R, V> required(String name, Type<V> type, Function<R, @Nullable V> of, String doc) {
        return new Key<>(name, type, of, null, null, true, null, "", true, doc);
    }

    /** A key with a fixed default. */
    public static <R, V> Key<R, V> standard(String name, Type<V> type, Function<R, @Nullable V> of, V standard,
            String doc) {
        return new Key<>(name, type, of, standard, null, false, null, "", true, doc);
    }

    /** A key without a value unless it is written; the text says what holds then. */
    public static <R, V> Key<R, V> absent(String name, Type<V> type, Function<R, @Nullable V> of, String standardText,
            String doc) {
        return new Key<>(name, type, of, null, standardText, false, null, "", true, doc);
    }

    /** The same key, meaningful only under a condition. */
    public Key<R, V> only(String text, Predicate<Values<R>> condition) {
        return new Key<>(name, type, of, standard, standardText, required, condition, text, live, doc);
    }

    /** The same key, changed only by a restart. */
    public Key<R, V> atRestart() {
        return new Key<>(name, type, of, standard, standardText, required, condition, conditionText, false, doc);
    }

    /** JSON Schema of the value, with what the reference says of the key. */
    Map<String, Object> schema() {
        var schema = new LinkedHashMap<String, Object>();
        String shown = standardShown();
        schema.put("description", doc + (conditionText.isEmpty() ? "" : " Only " + conditionText + ".")
                + (shown.isEmpty() ? "" : " Default: " + shown + "."));
        schema.putAll(type.schema());
        return schema;
    }

    /** The default in words, for the reference; empty for a section, whose keys have theirs. */
    public String standardShown() {
        if (standardText != null) {
            return standardText;
        }
        String shown = standard == null ? "" : YamlText.inLine(type.plain(standard));
        return shown.equals("{}") ? "" : shown;
    }

    /** This key's value in the record, as the file would hold it; null where there is none. */
    public @Nullable Object plainOf(R record) {
        V value = of.apply(record);
        return value == null ? null : type.plain(value);
    }
}
