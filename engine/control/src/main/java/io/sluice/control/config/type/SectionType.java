package io.sluice.control.config.type;

import io.sluice.control.config.yaml.NodePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A mapping with known keys that becomes a record.
 *
 * @param <R> the record
 */
public final class SectionType<R> implements Type<R> {
    private final String noun;
    private final Map<String, Key<R, ?>> keys = new LinkedHashMap<>();
    private final @Nullable Key<R, ?> shortForm;
    private final Function<Values<R>, R> build;

    private SectionType(String noun, @Nullable Key<R, ?> shortForm, List<Key<R, ?>> keys,
            Function<Values<R>, R> build) {
        this.noun = noun;
        this.shortForm = shortForm;
        this.build = build;
        keys.forEach(key -> this.keys.put(key.name(), key));
    }

    /**
     * @param noun what the section is called in messages: {@code service}
     */
    public static <R> SectionType<R> of(String noun, List<Key<R, ?>> keys, Function<Values<R>, R> build) {
        return new SectionType<>(noun, null, keys, build);
    }

    /** The same section; a single value in place of the mapping stands for this key. */
    public SectionType<R> shortForm(Key<R, ?> key) {
        return new SectionType<>(noun, key, List.copyOf(keys.values()), build);
    }

    public String noun() {
        return noun;
    }

    public List<Key<R, ?>> keys() {
        return List.copyOf(keys.values());
    }

    /** Type of the single value that may stand in place of the mapping; null: none may. */
    @Nullable
    public Type<?> shortFormType() {
        return shortForm == null ? null : shortForm.type();
    }

    @Override
    public @Nullable R read(NodePath spot, Reading reading) {
        var values = new Values<R>(spot.name());
        boolean whole;
        if (spot.value() instanceof MappingNode mapping) {
            whole = readKeys(mapping, spot, reading, values);
        } else if (shortForm != null && !Message.isNothing(spot.value())) {
            whole = readOne(shortForm, spot, reading, values);
        } else {
            reading.problems().error(spot,
                    Message.of(
                            (spot.parent() == null ? noun : spot.label()) + ": " + Message.describe(spot.value())
                                    + " is not a mapping",
                            null,
                            allowed()));
            return null;
        }
        return whole ? build.apply(values) : null;
    }

    /** False when a required key is missing or unreadable: then there is no record. */
    private boolean readKeys(MappingNode mapping, NodePath spot, Reading reading, Values<R> values) {
        var spots = new HashMap<String, NodePath>();
        boolean whole = true;
        for (NodeTuple tuple : mapping.getValue()) {
            NodePath child = child(spot, tuple, reading);
            if (child == null || isDuplicate(spots, child, reading)) {
                continue;
            }
            Key<R, ?> key = keys.get(child.name());
            if (key == null) {
                reading.problems().errorAtKey(child, unknown(child.name(), spot));
            } else {
                whole &= readOne(key, child, reading, values) || !key.required();
            }
        }
        for (Key<R, ?> key : keys.values()) {
            if (key.required() && !spots.containsKey(key.name())) {
                reading.problems().errorAtKey(spot, Message.of(title(spot) + " lacks '" + key.name() + "'", null,
                        key.name() + ": " + key.type().allowed()));
                whole = false;
            }
        }
        values.namesAre(spots.keySet());
        checkConditions(spots, reading, values);
        return whole;
    }

    private static @Nullable NodePath child(NodePath spot, NodeTuple tuple, Reading reading) {
        if (tuple.getKeyNode() instanceof ScalarNode name) {
            return spot.child(name.getValue(), name, tuple.getValueNode());
        }
        reading.problems().error(spot.child("?", null, tuple.getKeyNode()),
                spot.label() + ": " + Message.describe(tuple.getKeyNode()) + " cannot be a key (allowed: a word)");
        return null;
    }

    static boolean isDuplicate(Map<String, NodePath> spots, NodePath child, Reading reading) {
        NodePath first = spots.putIfAbsent(child.name(), child);
        if (first == null) {
            return false;
        }
        Node where = first.keyOrValue();
        reading.problems().errorAtKey(child, Message.quote(child.name()) + " stands here twice (first in line "
                + reading.source().position(where).line() + "; allowed: once)");
        return true;
    }

    private static <R, V> boolean readOne(Key<R, V> key, NodePath child, Reading reading, Values<R> values) {
        V value = key.type().read(child, reading);
        if (value != null) {
            values.put(key, value);
        }
        return value != null;
    }

    private void checkConditions(Map<String, NodePath> spots, Reading reading, Values<R> values) {
        for (Key<R, ?> key : keys.values()) {
            NodePath spot = spots.get(key.name());
            if (spot != null && key.condition() != null && !key.condition().test(values)) {
                reading.problems().errorAtKey(spot,
                        "'" + key.name() + "' means nothing here (allowed: only " + key.conditionText() + ")");
            }
        }
    }

    private String unknown(String name, NodePath spot) {
        String nearest = Suggestion.nearest(name, keys.keySet());
        String suggestion = nearest != null ? nearest : deeper(name);
        return Message.of("unknown key " + Message.quote(name) + " in " + title(spot), suggestion,
                String.join(", ", keys.keySet()));
    }

    /** A key that stands one level too high: {@code interval} in a service belongs into its {@code health-check}. */
    private @Nullable String deeper(String name) {
        for (Key<R, ?> key : keys.values()) {
            if (key.type() instanceof SectionType<?> section && section.keys.containsKey(name)) {
                return key.name() + ": { " + name + ": ... }";
            }
        }
        return null;
    }

    private String title(NodePath spot) {
        if (spot.parent() == null) {
            return noun;
        }
        if (spot.key() == null) {
            return noun + " " + spot.number(); // an item of a list has a position, not a name
        }
        return noun.equals(spot.name()) ? "'" + noun + "'" : noun + " " + Message.quote(spot.name());
    }

    @Override
    public Object plain(R value) {
        var plain = new LinkedHashMap<String, Object>();
        for (Key<R, ?> key : keys.values()) {
            Object shown = key.plainOf(value);
            boolean standard = key.standard() != null && shown != null && shown.equals(plainStandard(key));
            if (shown != null && !standard) {
                plain.put(key.name(), shown);
            }
        }
        if (shortForm != null && plain.keySet().equals(Set.of(shortForm.name()))) {
            return new ArrayList<>(plain.values()).getFirst();
        }
        return shortForm != null && shortForm.standard() != null && plain.isEmpty() ? plainStandard(shortForm) : plain;
    }

    private static <R, V> Object plainStandard(Key<R, V> key) {
        V standard = key.standard();
        return standard == null ? "" : key.type().plain(standard);
    }

    @Override
    public String allowed() {
        String mapping = "a mapping with " + String.join(", ", keys.keySet());
        return shortForm == null ? mapping : shortForm.type().allowed() + "; or " + mapping;
    }

    @Override
    public Map<String, Object> schema() {
        var properties = new LinkedHashMap<String, Object>();
        var required = new ArrayList<String>();
        for (Key<R, ?> key : keys.values()) {
            properties.put(key.name(), key.schema());
            if (key.required()) {
                required.add(key.name());
            }
        }
        Map<String, Object> object = ScalarType.ordered("type", "object", "properties", properties,
                "additionalProperties", false);
        if (!required.isEmpty()) {
            object.put("required", required);
        }
        return shortForm == null ? object : ScalarType.ordered("anyOf", List.of(shortForm.type().schema(), object));
    }
}
