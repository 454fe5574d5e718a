package io.sluice.control.config.type;

import io.sluice.control.config.yaml.NodePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Types made of other types: a list, a map of named sections, a section that may be off. Stateless. */
public final class CollectionTypes {
    private CollectionTypes() {
    }

    /** Values of one type in their order; a single one may stand without the list around it. */
    public static final class ListType<V> implements Type<List<V>> {
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

    /**
     * Named sections in the order of the file: the services, the servers of one.
     *
     * @param <R> what each section becomes; it knows its name
     */
    public static final class MapType<R> implements Type<List<R>> {
        // Names stand in SERVICE/SERVER on the command line and in logs: one line, no slash.
        private static final Pattern NAME = Pattern
                .compile("[^/\\p{Cntrl}\\s](?:[^/\\p{Cntrl}]{0,98}[^/\\p{Cntrl}\\s])?");
        private static final String NAME_ALLOWED = "1 to 100 characters without '/', "
                + "not starting or ending with a blank";

        private final SectionType<R> section;
        private final Function<R, String> name;

        public MapType(SectionType<R> section, Function<R, String> name) {
            this.section = section;
            this.name = name;
        }

        public SectionType<R> section() {
            return section;
        }

        public String nameOf(R record) {
            return name.apply(record);
        }

        @Override
        public @Nullable List<R> read(NodePath spot, Reading reading) {
            if (!(spot.value() instanceof MappingNode mapping)) {
                reading.problems().error(spot,
                        Message.of(spot.label() + ": " + Message.describe(spot.value()) + " is not a mapping", null,
                                allowed()));
                return null;
            }
            var records = new ArrayList<R>(mapping.getValue().size());
            var spots = new HashMap<String, NodePath>();
            for (NodeTuple tuple : mapping.getValue()) {
                if (!(tuple.getKeyNode() instanceof ScalarNode key) || !NAME.matcher(key.getValue()).matches()) {
                    reading.problems().error(spot.child("?", null, tuple.getKeyNode()), Message.of(spot.label() + ": "
                            + Message.describe(tuple.getKeyNode()) + " cannot be a name", null, NAME_ALLOWED));
                    continue;
                }
                NodePath child = spot.child(key.getValue(), key, tuple.getValueNode());
                if (!SectionType.isDuplicate(spots, child, reading)) {
                    R record = section.read(child, reading);
                    if (record != null) {
                        records.add(record);
                    }
                }
            }
            return records; // what could be read, so that the checks find more
        }

        @Override
        public Object plain(List<R> value) {
            var plain = new LinkedHashMap<String, Object>();
            value.forEach(record -> plain.put(name.apply(record), section.plain(record)));
            return plain;
        }

        @Override
        public String allowed() {
            return "a mapping from the name of each " + section.noun() + " to its settings";
        }

        @Override
        public Map<String, Object> schema() {
            return ScalarType.ordered("type", "object", "propertyNames",
                    ScalarType.ordered("pattern", "^[^/\\s]([^/]{0,98}[^/\\s])?$"), "additionalProperties",
                    section.schema());
        }
    }

    /** A section that may be switched off as a whole. */
    public static final class OffOr<V> implements Type<Optional<V>> {
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
}
