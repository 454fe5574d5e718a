package io.sluice.control.config.yaml;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Questions about YAML nodes as a whole. Aliases make one node stand in many places, so each walk remembers where it
 * has been: a small file can unfold to billions of nodes.
 */
final class Nodes {
    private Nodes() {
    }

    /** Whether every key is a scalar. */
    static boolean haveWordsAsKeys(Node node) {
        return haveWordsAsKeys(node, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static boolean haveWordsAsKeys(Node node, Set<Node> seen) {
        boolean words = !(node instanceof MappingNode mapping)
                || mapping.getValue().stream().allMatch(tuple -> tuple.getKeyNode() instanceof ScalarNode);
        return !seen.add(node) || (words && children(node).allMatch(child -> haveWordsAsKeys(child, seen)));
    }

    private static Stream<Node> children(Node node) {
        return switch (node) {
            case SequenceNode list -> list.getValue().stream();
            case MappingNode mapping ->
                mapping.getValue().stream().flatMap(tuple -> Stream.of(tuple.getKeyNode(), tuple.getValueNode()));
            default -> Stream.empty();
        };
    }

    /** Whether both say the same. */
    static boolean same(Node one, Node other) {
        return same(one, other, new IdentityHashMap<>());
    }

    private static boolean same(Node one, Node other, Map<Node, Node> compared) {
        if (other.equals(compared.put(one, other))) { // nodes are equal when they are the same
            return true;
        }
        if (!one.getTag().equals(other.getTag()) || !one.getAnchor().equals(other.getAnchor())) {
            return false;
        }
        return switch (one) {
            case ScalarNode a -> other instanceof ScalarNode b && a.getValue().equals(b.getValue());
            case SequenceNode a -> other instanceof SequenceNode b && sameItems(a.getValue(), b.getValue(), compared);
            case MappingNode a -> other instanceof MappingNode b && sameEntries(a.getValue(), b.getValue(), compared);
            default -> false;
        };
    }

    private static boolean sameItems(List<Node> one, List<Node> other, Map<Node, Node> compared) {
        boolean same = one.size() == other.size();
        for (int i = 0; same && i < one.size(); i++) {
            same = same(one.get(i), other.get(i), compared);
        }
        return same;
    }

    private static boolean sameEntries(List<NodeTuple> one, List<NodeTuple> other, Map<Node, Node> compared) {
        boolean same = one.size() == other.size();
        for (int i = 0; same && i < one.size(); i++) {
            same = same(one.get(i).getKeyNode(), other.get(i).getKeyNode(), compared)
                    && same(one.get(i).getValueNode(), other.get(i).getValueNode(), compared);
        }
        return same;
    }
}
