package io.sluice.control.config.type;

import io.sluice.control.config.model.PortSet;
import io.sluice.control.config.type.PinType.Pin;
import io.sluice.control.config.yaml.NodePath;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** {@code true}, {@code false}, or the cores to pin to. */
public final class PinType implements Type<Pin> {
    /** Whether to pin; an empty list of cores means every one. */
    public record Pin(boolean pinned, List<Integer> cores) {
        public static final Pin NOT = new Pin(false, List.of());
    }

    private static final PortsType CORES = new PortsType(0, 1_023, null, "core");

    @Override
    public @Nullable Pin read(NodePath spot, Reading reading) {
        if (spot.value() instanceof ScalarNode scalar && !scalar.getValue().matches("[\\d-]+")) {
            Boolean pinned = Types.BOOLEAN.read(spot, reading);
            return pinned == null ? null : new Pin(pinned, List.of());
        }
        PortSet cores = CORES.read(spot, reading);
        return cores == null ? null : new Pin(true, cores.stream().boxed().toList());
    }

    @Override
    public Object plain(Pin value) {
        return value.cores().isEmpty() ? (Object) value.pinned() : value.cores();
    }

    @Override
    public String allowed() {
        return "true, false, " + CORES.allowed();
    }

    @Override
    public Map<String, Object> schema() {
        return ScalarType.ordered("anyOf", List.of(Types.BOOLEAN.schema(), CORES.schema()));
    }
}
