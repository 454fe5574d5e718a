package io.sluice.control.config.type;

import io.sluice.control.config.yaml.NodePath;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** A value written as one word, number or text. */
public abstract class ScalarType<V> implements Type<V> {
    @Override
    public final @Nullable V read(NodePath spot, Reading reading) {
        if (!(spot.value() instanceof ScalarNode scalar) || Message.isNothing(scalar)) {
            reading.problems().error(spot, Message.of(spot.label() + ": " + Message.describe(spot.value()) + " is not "
                    + noun(), null, allowed()));
            return null;
        }
        try {
            return settle(parse(scalar.getValue(), scalar.isPlain()), spot, reading);
        } catch (Unreadable e) {
            reading.problems().error(spot, Message.of(spot.label() + ": " + e.getMessage(), e.suggestion(), allowed()));
            return null;
        }
    }

    /**
     * @param text what stands in the file
     * @param plain whether it stands there without quotes
     */
    abstract V parse(String text, boolean plain) throws Unreadable;

    /** What a value of this type is called: {@code a duration}. */
    abstract String noun();

    /** A last look with the file at hand; null when it told a problem. */
    @Nullable
    V settle(V value, NodePath spot, Reading reading) {
        return value;
    }

    @Override
    public Object plain(V value) {
        return value.toString();
    }

    @Override
    public Map<String, Object> schema() {
        return ordered("type", "string");
    }

    /** A map in the order written. */
    public static Map<String, Object> ordered(Object... pairs) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
