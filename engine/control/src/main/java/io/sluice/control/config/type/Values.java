package io.sluice.control.config.type;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the file says about one section, key by key; of the thread that reads the file.
 *
 * @param <R> the record that the section becomes
 */
public final class Values<R> {
    private final String name;
    private final Map<String, Object> given = new HashMap<>();
    private Set<String> names = Set.of();

    Values(String name) {
        this.name = name;
    }

    /** The name under which the section stands in its map, such as a service's. */
    public String name() {
        return name;
    }

    void put(Key<R, ?> key, Object value) {
        given.put(key.name(), value);
    }

    /** Whether the file says it, readably. */
    public boolean has(Key<R, ?> key) {
        return given.containsKey(key.name());
    }

    /** Whether the file names it, be what it says readable or not; once the whole section was read. */
    public boolean names(Key<R, ?> key) {
        return names.contains(key.name());
    }

    void namesAre(Set<String> keys) {
        names = keys;
    }

    /** The value given, or the key's default; for keys that have one or are required. */
    public <V> V get(Key<R, V> key) {
        V value = orNull(key);
        if (value == null) {
            throw new IllegalStateException("key '" + key.name() + "' has neither value nor default");
        }
        return value;
    }

    public <V> V get(Key<R, V> key, V otherwise) {
        V value = orNull(key);
        return value == null ? otherwise : value;
    }

    @SuppressWarnings("unchecked") // put() was given what the key's own type read
    public <V> @Nullable V orNull(Key<R, V> key) {
        Object value = given.get(key.name());
        return value == null ? key.standard() : (V) value;
    }
}
