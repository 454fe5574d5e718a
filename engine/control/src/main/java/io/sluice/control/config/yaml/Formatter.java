package io.sluice.control.config.yaml;

import io.sluice.control.config.yaml.Comments.Comment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Writes a YAML file in its one canonical layout: two blanks per level, one blank line at most, {@code { a: b }} on one
 * line where it was and fits, else one key per line, comments kept where they belong and in one column. Order, words
 * and quotes stay the user's. One thread.
 */
public final class Formatter {
    /** Longest line in which a mapping or list stays on one line. */
    private static final int WIDTH = 120;
    private static final int STEP = 2;

    private final int[] text;
    private final boolean[] blankLines;
    private final List<Comment> comments;
    private int nextComment;
    private final Layout layout = new Layout();
    private final Set<Node> written = Collections.newSetFromMap(new IdentityHashMap<>());
    /** Nodes that the last {@link #flow} wrote first. */
    private final List<Node> newlyWritten = new ArrayList<>();

    private Formatter(String text, Node root) {
        this.text = text.codePoints().toArray();
        this.blankLines = blankLines(text);
        this.comments = Comments.of(this.text, root);
    }

    /**
     * Formats a file that is YAML.
     *
     * @return null when the file is no YAML or has no mapping at its top; the problem has been told then
     */
    public static @Nullable String format(String original, Problems problems) {
        if (!Bounds.hold(original, problems)) {
            return null;
        }
        String text = BareAddresses.quoted(original.replace("\r\n", "\n").replace("\uFEFF", "")).text();
        Source source = Source.parse(text, Path.of("/"), problems);
        if (source == null) {
            return null;
        }
        if (!(source.root() instanceof MappingNode mapping)) {
            problems.errorAt(1, 1, "the file is no mapping (allowed: 'key: value' at its top)");
            return null;
        }
        if (!Nodes.haveWordsAsKeys(mapping)) {
            problems.errorAt(1, 1, "a list or mapping stands where a key belongs (allowed: a word)");
            return null;
        }
        var formatter = new Formatter(text, mapping);
        formatter.mapping(mapping, 0, Integer.MAX_VALUE, false);
        formatter.commentsBefore(Integer.MAX_VALUE, 0);
        String formatted = formatter.layout.toString();
        requireSame(mapping, formatted);
        return formatted;
    }

    /** A formatter that changes what a file says would be worse than none. */
    private static void requireSame(Node original, String formatted) {
        Source again = Source.parse(formatted, Path.of("/"), new Problems("formatted"));
        if (again == null || !Nodes.same(original, again.root())) {
            throw new IllegalStateException("formatting would change what the file says; it is left as it is");
        }
    }

    /**
     * @param limit line of what follows in the source
     * @param onLine whether the first key goes on the line that was begun
     */
    private void mapping(MappingNode node, int indent, int limit, boolean onLine) {
        List<NodeTuple> tuples = node.getValue();
        if (tuples.isEmpty()) { // only at the top of the file: any other is on one line
            layout.line(0, "{}");
            return;
        }
        for (int i = 0; i < tuples.size(); i++) {
            Node key = tuples.get(i).getKeyNode();
            int next = i + 1 < tuples.size() ? line(tuples.get(i + 1).getKeyNode()) : limit;
            begin(key, indent, onLine && i == 0);
            layout.append(scalar((ScalarNode) key) + ":");
            value(tuples.get(i).getValueNode(), indent, next, line(key));
        }
        trailingComments(column(tuples.getFirst().getKeyNode()), limit, indent);
    }

    private void sequence(SequenceNode node, int indent, int limit, boolean onLine) {
        List<Node> items = node.getValue();
        for (int i = 0; i < items.size(); i++) {
            Node item = items.get(i);
            int next = i + 1 < items.size() ? line(items.get(i + 1)) : limit;
            begin(item, indent, onLine && i == 0);
            layout.append("-");
            if (item instanceof CollectionNode<?> inner && !onOneLine(item, indent + STEP) && !isAlias(item)
                    && item.getAnchor().isEmpty()) {
                layout.append(" ");
                written.add(item);
                block(inner, indent + STEP, next, true);
            } else {
                value(item, indent, next, line(item));
            }
        }
        trailingComments(column(items.getFirst()), limit, indent);
    }

    private void block(Node node, int indent, int limit, boolean onLine) {
        if (node instanceof MappingNode mapping) {
            mapping(mapping, indent, limit, onLine);
        } else {
            sequence((SequenceNode) node, indent, limit, onLine);
        }
    }

    private void begin(Node node, int indent, boolean onLine) {
        if (!onLine) {
            commentsBefore(line(node), indent);
            blankBefore(line(node));
            layout.line(indent, "");
        }
    }

    /**
     * What stands behind a key or a dash.
     *
     * @param next line of what follows in the source
     * @param line of the key
     */
    private void value(Node node, int indent, int next, int line) {
        if (isAlias(node)) {
            layout.append(" *" + node.getAnchor().orElseThrow().getValue());
            commentsAtEnd(line, next);
        } else if (node instanceof ScalarNode scalar) {
            String shown = scalar(scalar);
            layout.append(shown.isEmpty() ? "" : " " + shown);
            commentsAtEnd(endLine(scalar), next);
        } else if (onOneLine(node, indent)) {
            layout.append(" " + flow(node));
            commentsAtEnd(endLine(node), next);
        } else {
            written.add(node);
            node.getAnchor().ifPresent(anchor -> layout.append(" &" + anchor.getValue()));
            commentsAtEnd(line, firstLine(node));
            layout.opensBlock();
            block(node, indent + STEP, next, false);
        }
    }

    /** A node that was written before stands here by its anchor's name. */
    private boolean isAlias(Node node) {
        return node.getAnchor().isPresent() && written.contains(node);
    }

    private boolean onOneLine(Node node, int indent) {
        if (!(node instanceof CollectionNode<?> collection) || collection.getValue().isEmpty()) {
            return true;
        }
        return collection.getFlowStyle() == FlowStyle.FLOW && line(node) == endLine(node)
                && indent + lengthOfFlow(node) <= WIDTH;
    }

    private int lengthOfFlow(Node node) {
        newlyWritten.clear();
        int length = flow(node).length();
        newlyWritten.forEach(written::remove);
        return length;
    }

    private String flow(Node node) {
        if (isAlias(node)) {
            return "*" + node.getAnchor().orElseThrow().getValue();
        }
        if (node instanceof ScalarNode scalar) {
            return scalar(scalar);
        }
        wrote(node);
        var parts = new ArrayList<String>();
        boolean mapping = node instanceof MappingNode;
        if (node instanceof MappingNode entries) {
            for (NodeTuple tuple : entries.getValue()) {
                parts.add((flow(tuple.getKeyNode()) + ": " + flow(tuple.getValueNode())).stripTrailing());
            }
        } else {
            ((SequenceNode) node).getValue().forEach(item -> parts.add(flow(item)));
        }
        String anchor = node.getAnchor().map(name -> "&" + name.getValue() + " ").orElse("");
        String inner = String.join(", ", parts);
        return anchor + (mapping ? parts.isEmpty() ? "{}" : "{ " + inner + " }" : "[" + inner + "]");
    }

    private void wrote(Node node) {
        if (written.add(node)) {
            newlyWritten.add(node);
        }
    }

    /** As the user wrote it; in double quotes where it went over several lines. */
    private String scalar(ScalarNode node) {
        wrote(node);
        int start = node.getStartMark().map(Mark::getIndex).orElse(0);
        int end = node.getEndMark().map(Mark::getIndex).orElse(start);
        String source = new String(text, start, end - start);
        if (!source.contains("\n")) {
            return source.strip();
        }
        return node.getAnchor().map(anchor -> "&" + anchor.getValue() + " ").orElse("")
                + Quoting.quoted(node.getValue());
    }

    private void commentsBefore(int line, int indent) {
        while (nextComment < comments.size() && comments.get(nextComment).line() < line) {
            commentAlone(indent);
        }
    }

    /** After the last entry of a block: the comments that are indented like it. */
    private void trailingComments(int column, int limit, int indent) {
        while (nextComment < comments.size() && comments.get(nextComment).line() < limit
                && comments.get(nextComment).column() >= column) {
            commentAlone(indent);
        }
    }

    private void commentAlone(int indent) {
        Comment comment = comments.get(nextComment++);
        if (comment.alone()) {
            blankBefore(comment.line());
        }
        layout.line(indent, comment.text());
    }

    /** The comment that ends the line just written, unless something else of that line is still to come. */
    private void commentsAtEnd(int line, int next) {
        while (nextComment < comments.size() && next > line) {
            Comment comment = comments.get(nextComment);
            if (comment.alone() || comment.line() > line || !layout.comment(comment.text())) {
                return;
            }
            nextComment++;
        }
    }

    private void blankBefore(int line) {
        if (line > 0 && line <= blankLines.length && blankLines[line - 1]) {
            layout.blank();
        }
    }

    private static boolean[] blankLines(String text) {
        List<String> lines = text.lines().toList();
        var blank = new boolean[lines.size()];
        for (int i = 0; i < blank.length; i++) {
            blank[i] = lines.get(i).isBlank();
        }
        return blank;
    }

    private static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0);
    }

    private static int column(Node node) {
        return node.getStartMark().map(Mark::getColumn).orElse(0);
    }

    /** Line of the first thing in a block. */
    private static int firstLine(Node node) {
        return switch (node) {
            case MappingNode mapping -> line(mapping.getValue().getFirst().getKeyNode());
            case SequenceNode list -> line(list.getValue().getFirst());
            default -> line(node);
        };
    }

    private static int endLine(Node node) {
        Optional<Mark> end = node.getEndMark();
        int line = end.map(Mark::getLine).orElse(0);
        // The end of a block scalar is the start of the line after it.
        return end.isPresent() && end.get().getColumn() == 0 && line > line(node) ? line - 1 : line;
    }
}
