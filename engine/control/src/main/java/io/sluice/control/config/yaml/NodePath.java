package io.sluice.control.config.yaml;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A value in the file and how it is reached.
 *
 * @param name its key, or its position in a list
 * @param key the node that names it; null for the root and for items of a list
 */
public record NodePath(@Nullable NodePath parent, String name, @Nullable Node key, Node value) {
    public static NodePath root(Node value) {
        return new NodePath(null, "", null, value);
    }

    public NodePath child(String name, @Nullable Node key, Node value) {
        return new NodePath(this, name, key, value);
    }

    public NodePath item(int index, Node value) {
        return new NodePath(this, "[" + index + "]", null, value);
    }

    /** Which item of its list this is, counted from 1. */
    public int number() {
        return Integer.parseInt(name.substring(1, name.length() - 1)) + 1;
    }

    /** The key that a message names: this value's, or that of the list it is in. */
    public String label() {
        return key == null && parent != null ? parent.label() : name;
    }

    /** {@code services.web.servers.a}. */
    public String path() {
        if (parent == null) {
            return name;
        }
        String above = parent.path();
        return above.isEmpty() || name.startsWith("[") ? above + name : above + "." + name;
    }

    /** Where to point when the value as a whole lacks something. */
    public Node keyOrValue() {
        return key != null ? key : value;
    }
}
