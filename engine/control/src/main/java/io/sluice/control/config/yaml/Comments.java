package io.sluice.control.config.yaml;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Finds the comments of a YAML text: every {@code #} after a blank that is not part of a value. */
final class Comments {
    /**
     * @param line from 0, as YAML's marks count
     * @param column from 0
     * @param alone whether nothing else is on its line
     */
    record Comment(int line, int column, boolean alone, String text) {
    }

    private final int[] text;
    private final BitSet values;
    private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private Comments(int[] text) {
        this.text = text;
        this.values = new BitSet(text.length);
    }

    /** In the order of the text. */
    static List<Comment> of(int[] text, Node root) {
        var comments = new Comments(text);
        comments.mark(root);
        return comments.collect();
    }

    private void mark(Node node) {
        if (!seen.add(node)) {
            return;
        }
        switch (node) {
            case ScalarNode scalar -> markScalar(scalar);
            case SequenceNode list -> list.getValue().forEach(this::mark);
            case MappingNode mapping -> mapping.getValue().forEach(tuple -> {
                mark(tuple.getKeyNode());
                mark(tuple.getValueNode());
            });
            default -> {
            }
        }
    }

    private void markScalar(ScalarNode scalar) {
        int start = scalar.getStartMark().map(Mark::getIndex).orElse(0);
        int end = scalar.getEndMark().map(Mark::getIndex).orElse(start);
        if (scalar.getScalarStyle() == ScalarStyle.LITERAL || scalar.getScalarStyle() == ScalarStyle.FOLDED) {
            while (start < end && text[start] != '\n') {
                start++; // the line with | or > may end in a comment
            }
        }
        values.set(start, end);
    }

    private List<Comment> collect() {
        var comments = new ArrayList<Comment>();
        int line = 0;
        int lineStart = 0;
        boolean blank = true;
        for (int i = 0; i < text.length; i++) {
            if (text[i] == '\n') {
                line++;
                lineStart = i + 1;
                blank = true;
            } else if (text[i] == '#' && !values.get(i) && (i == lineStart || Character.isWhitespace(text[i - 1]))) {
                int end = i;
                while (end < text.length && text[end] != '\n') {
                    end++;
                }
                comments.add(new Comment(line, i - lineStart, blank, new String(text, i, end - i).stripTrailing()));
                i = end - 1;
            } else {
                blank &= Character.isWhitespace(text[i]);
            }
        }
        return comments;
    }
}
