package io.sluice.control.config.type;

import io.sluice.control.config.yaml.NodePath;
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
    V read(NodePath spot, Reading reading);

    /** The value as the file would hold it: String, Integer, Boolean, List or Map. */
    Object plain(V value);

    /** What is allowed, in words that follow "allowed: ". */
    String allowed();

    /** JSON Schema of everything that {@link #read} may accept. */
    Map<String, Object> schema();
}
