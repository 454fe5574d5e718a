package io.sluice.control.config.yaml;

import io.sluice.control.config.yaml.Problem.Severity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Collects what is wrong with one file. Owned by the thread that reads it. */
public final class Problems {
    private final String file;
    private final List<Problem> found = new ArrayList<>();
    private final Set<Node> blamed = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable Source source;

    public Problems(String file) {
        this.file = file;
    }

    void locateIn(Source source) {
        this.source = source;
    }

    /** The value at the spot is wrong. */
    public void error(NodePath spot, String message) {
        add(Severity.ERROR, spot, spot.value(), message);
    }

    /** The key at the spot is wrong, or what it names lacks something. */
    public void errorAtKey(NodePath spot, String message) {
        add(Severity.ERROR, spot, spot.keyOrValue(), message);
    }

    /** Something that works but is hardly meant. */
    public void warning(NodePath spot, String message) {
        add(Severity.WARNING, spot, spot.value(), message);
    }

    /** A problem of the file as text. */
    public void errorAt(int line, int column, String message) {
        found.add(new Problem(file, line, column, Severity.ERROR, "", message));
    }

    /** Whether a value has been found wrong: what else would be said about it is noise. */
    public boolean blames(Node node) {
        return blamed.contains(node);
    }

    public boolean anyError() {
        return found.stream().anyMatch(Problem::isError);
    }

    /** In the order of the file. */
    public List<Problem> sorted() {
        return found.stream().sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column)).toList();
    }

    private void add(Severity severity, NodePath spot, Node at, String message) {
        if (severity == Severity.ERROR) {
            blamed.add(spot.value());
        }
        Position position = source == null ? Position.START : source.position(at);
        found.add(new Problem(file, position.line(), position.column(), severity, spot.path(), message));
    }
}
