package io.sluice.control.config.type;

import io.sluice.control.config.yaml.NodePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Named sections in the order of the file: the services, the servers of one.
 *
 * @param <R> what each section becomes; it knows its name
 */
public final class MapType<R> implements Type<List<R>> {
    // Names stand in SERVICE/SERVER on the command line and in logs: one line, no slash.
    private static final Pattern NAME = Pattern.compile("[^/\\p{Cntrl}\\s](?:[^/\\p{Cntrl}]{0,98}[^/\\p{Cntrl}\\s])?");
    private static final String NAME_ALLOWED = "1 to 100 characters without '/', not starting or ending with a blank";

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
