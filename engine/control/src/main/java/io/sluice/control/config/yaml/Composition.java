package io.sluice.control.config.yaml;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.ComposerException;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Makes nodes of YAML text, and stops where they would become too many or too deep. Aliases are free as such: what
 * counts is how many nodes they stand for, since a few lines can unfold to billions. Owned by the thread that reads.
 */
final class Composition extends Composer {
    /** Deepest nesting, aliases followed; the deepest key there is stands at 8. */
    private static final int DEEPEST = 100;
    /** Nodes that aliases may stand for beside those that are written out. */
    private static final long MOST_REPEATED = 1_000_000;
    private static final int SHORTEST_BUFFER = 1024;

    /**
     * @param nodes in it, aliases unfolded, itself included
     * @param depth of the deepest of them below it
     */
    private record Extent(long nodes, int depth) {
        private static final Extent OF_SCALAR = new Extent(1, 0);
    }

    private final Map<Node, Extent> extents = new IdentityHashMap<>();
    private int depth;
    private long written;

    private Composition(LoadSettings settings, String text) {
        super(settings, new ParserImpl(settings, new StreamReader(settings, text)));
    }

    /** The root of the one document in the text; empty where there is none. */
    static Optional<Node> of(String text) {
        // The reader copies what it holds each time it needs more: one that holds all copies once.
        LoadSettings settings = LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).setAllowDuplicateKeys(true)
                .setAllowNonScalarKeys(true).setMaxAliasesForCollections(Integer.MAX_VALUE)
                .setBufferSize(Math.max(SHORTEST_BUFFER, text.length() + 1)).build();
        return new Composition(settings, text).getSingleNode();
    }

    @Override
    protected SequenceNode composeSequenceNode(Optional<Anchor> anchor) {
        enter();
        SequenceNode list = super.composeSequenceNode(anchor);
        Extent extent = new Extent(1, 0);
        for (Node item : list.getValue()) {
            extent = with(extent, item, list);
        }
        leave(list, extent);
        return list;
    }

    @Override
    protected Node composeMappingNode(Optional<Anchor> anchor) {
        enter();
        Node node = super.composeMappingNode(anchor);
        Extent extent = new Extent(1, 0);
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                extent = with(with(extent, tuple.getKeyNode(), node), tuple.getValueNode(), node);
            }
        }
        leave(node, extent);
        return node;
    }

    private void enter() {
        if (++depth > DEEPEST) {
            throw problem("nested deeper than " + DEEPEST + " levels", parser.peekEvent().getStartMark());
        }
    }

    private Extent with(Extent extent, Node part, Node whole) {
        written++;
        @Nullable
        Extent its = part instanceof SequenceNode || part instanceof MappingNode
                ? extents.get(part)
                : Extent.OF_SCALAR;
        if (its == null) { // it is not complete: what is complete has been measured
            throw problem("an alias stands inside what it names", whole.getStartMark());
        }
        return new Extent(extent.nodes + its.nodes, Math.max(extent.depth, its.depth + 1));
    }

    private void leave(Node node, Extent extent) {
        depth--;
        if (extent.nodes > written + MOST_REPEATED) {
            throw problem("its aliases stand for more than " + MOST_REPEATED + " values", node.getStartMark());
        }
        if (extent.depth > DEEPEST) {
            throw problem("nested deeper than " + DEEPEST + " levels by its aliases", node.getStartMark());
        }
        extents.put(node, extent);
    }

    private static ComposerException problem(String what, Optional<Mark> place) {
        return new ComposerException(what, place);
    }
}
