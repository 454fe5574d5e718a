package io.sluice.control.config.type;

import io.sluice.control.config.yaml.NodePath;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Header lines of an HTTP request: names with their values, in their order (RFC 9110 section 5). Stateless. */
public final class HeadersType implements Type<Map<String, String>> {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
    private static final Pattern VALUE = Pattern.compile("[^\\p{Cntrl}]{0,4000}");
    /** What they say follows from other keys. */
    private static final Map<String, String> OWN = Map.of("host", "host", "content-length", "body",
            "transfer-encoding", "body", "connection", "");
    private static final String NAMES_ALLOWED = "a header's name: letters, digits and '-'";

    @Override
    public @Nullable Map<String, String> read(NodePath spot, Reading reading) {
        if (!(spot.value() instanceof MappingNode mapping)) {
            reading.problems().error(spot, Message.of(spot.label() + ": " + Message.describe(spot.value())
                    + " is not a mapping", null, allowed()));
            return null;
        }
        var headers = new LinkedHashMap<String, String>();
        var taken = new TreeSet<String>(String.CASE_INSENSITIVE_ORDER);
        var spots = new HashMap<String, NodePath>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode name) || !NAME.matcher(name.getValue()).matches()) {
                reading.problems().error(spot.child("?", null, tuple.getKeyNode()), Message.of(spot.label() + ": "
                        + Message.describe(tuple.getKeyNode()) + " cannot be a header", null, NAMES_ALLOWED));
                continue;
            }
            NodePath child = spot.child(name.getValue(), name, tuple.getValueNode());
            if (!SectionType.isDuplicate(spots, child, reading) && isFree(child, taken, reading)
                    && isText(child, reading)) {
                headers.put(child.name(), ((ScalarNode) child.value()).getValue());
            }
        }
        return headers;
    }

    private static boolean isFree(NodePath child, TreeSet<String> taken, Reading reading) {
        String instead = OWN.get(child.name().toLowerCase(java.util.Locale.ROOT));
        if (instead != null) {
            reading.problems().errorAtKey(child, Message.quote(child.name()) + " is not for you to say (allowed: "
                    + (instead.isEmpty() ? "nothing, as each check has a connection of its own" : "key " + instead)
                    + ")");
            return false;
        }
        if (!taken.add(child.name())) {
            reading.problems().errorAtKey(child, Message.quote(child.name())
                    + " stands here twice, in another spelling (allowed: once)");
            return false;
        }
        return true;
    }

    private static boolean isText(NodePath child, Reading reading) {
        if (child.value() instanceof ScalarNode value && VALUE.matcher(value.getValue()).matches()) {
            return true;
        }
        reading.problems().error(child, Message.of(child.label() + ": " + Message.describe(child.value())
                + " is not the value of a header", null, "text in one line"));
        return false;
    }

    @Override
    public Object plain(Map<String, String> value) {
        return new LinkedHashMap<String, Object>(value);
    }

    @Override
    public String allowed() {
        return "a mapping from the name of each header to its value";
    }

    @Override
    public Map<String, Object> schema() {
        return ScalarType.ordered("type", "object", "additionalProperties",
                ScalarType.ordered("type", List.of("string", "number", "boolean")));
    }
}
