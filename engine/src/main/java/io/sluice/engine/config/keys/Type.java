package io.sluice.engine.config.keys;

import io.sluice.engine.config.yaml.Spot;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A kind of value that the file can hold: how to read it, show it and describe it.
 *
 * @param <V> what it is in the model
 */
public interface Type<V> {
    /** The value at the spot; null when it is wrong, which has then been told. */
    @Nullable
    V read(Spot spot, Reading reading);

    /** The value as the file would hold it: String, Integer, Boolean, List or Map. */
    Object plain(V value);

    /** What is allowed, in words that follow "allowed: ". */
    String allowed();

    /** JSON Schema of everything that {@link #read} may accept. */
    Map<String, Object> schema();
}
