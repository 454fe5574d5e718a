package io.sluice.control.config.type;

import io.sluice.control.config.yaml.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Values of one type in their order; a single one may stand without the list around it. */
public final class ListType<V> implements Type<List<V>> {
    private final Type<V> item;
    private final boolean mayBeEmpty;

    ListType(Type<V> item, boolean mayBeEmpty) {
        this.item = item;
        this.mayBeEmpty = mayBeEmpty;
    }

    @Override
    public @Nullable List<V> read(NodePath spot, Reading reading) {
        if (!(spot.value() instanceof SequenceNode list)) {
            V single = item.read(spot, reading);
            return single == null ? null : List.of(single);
        }
        if (list.getValue().isEmpty() && !mayBeEmpty) {
            reading.problems().error(spot, Message.of(spot.label() + ": the list is empty", null, allowed()));
            return null;
        }
        var values = new ArrayList<V>();
        boolean whole = true;
        for (Node node : list.getValue()) {
            V value = item.read(spot.item(values.size(), node), reading);
            if (value == null) {
                whole = false;
            } else {
                values.add(value);
            }
        }
        return whole ? List.copyOf(values) : null;
    }

    @Override
    public Object plain(List<V> value) {
        List<Object> items = value.stream().map(item::plain).toList();
        return items.size() == 1 && !(items.getFirst() instanceof Map) ? items.getFirst() : items;
    }

    @Override
    public String allowed() {
        return item.allowed() + "; or a list of these";
    }

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> list = ScalarType.ordered("type", "array", "items", item.schema());
        if (!mayBeEmpty) {
            list.put("minItems", 1);
        }
        return ScalarType.ordered("anyOf", List.of(item.schema(), list));
    }

    public Type<V> item() {
        return item;
    }
}
