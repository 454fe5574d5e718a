package io.sluice.control.config.type;

import io.sluice.control.config.yaml.NodePath;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** A section that may be switched off as a whole. */
public final class OffOr<V> implements Type<Optional<V>> {
    private static final String OFF = "off";

    private final Type<V> type;

    public OffOr(Type<V> type) {
        this.type = type;
    }

    @Override
    public @Nullable Optional<V> read(NodePath spot, Reading reading) {
        if (spot.value() instanceof ScalarNode scalar && scalar.getValue().equals(OFF)) {
            return Optional.empty();
        }
        V value = type.read(spot, reading);
        return value == null ? null : Optional.of(value);
    }

    @Override
    public Object plain(Optional<V> value) {
        return value.<Object>map(type::plain).orElse(OFF);
    }

    @Override
    public String allowed() {
        return "off, or " + type.allowed();
    }

    @Override
    public Map<String, Object> schema() {
        return ScalarType.ordered("anyOf", List.of(ScalarType.ordered("const", OFF), type.schema()));
    }

    public Type<V> type() {
        return type;
    }
}
