package io.sluice.control.config.yaml;

import io.sluice.control.config.yaml.Problem.Severity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Collects what is wrong with one file. Owned by the thread that reads it. */
public final class Problems {
    /** As many as anybody reads; a file that is all wrong would fill the memory with them. */
    private static final int MOST = 1_000;

    private final String file;
    private final List<Problem> found = new ArrayList<>();
    private final Set<Node> blamed = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable Source source;
    private boolean anyError;
    private int leftOut;
    private Position firstLeftOut = Position.START;

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
    public Problem warning(NodePath spot, String message) {
        return add(Severity.WARNING, spot, spot.value(), message);
    }

    /** A problem of the file as text. */
    public void errorAt(int line, int column, String message) {
        keep(new Problem(file, line, column, Severity.ERROR, "", message));
    }

    /** Whether a value has been found wrong: what else would be said about it is noise. */
    public boolean blames(Node node) {
        return blamed.contains(node);
    }

    public boolean anyError() {
        return anyError;
    }

    /** In the order of the file. */
    public List<Problem> sorted() {
        Stream<Problem> rest = leftOut == 0
                ? Stream.empty()
                : Stream.of(new Problem(file, firstLeftOut.line(), firstLeftOut.column(),
                        anyError ? Severity.ERROR : Severity.WARNING, "",
                        leftOut + " more problems are not told (allowed: none; mend these first)"));
        return Stream
                .concat(found.stream().sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column)),
                        rest)
                .toList();
    }

    private void keep(Problem problem) {
        anyError |= problem.isError();
        if (found.size() < MOST) {
            found.add(problem);
        } else if (leftOut++ == 0) {
            firstLeftOut = new Position(problem.line(), problem.column());
        }
    }

    private Problem add(Severity severity, NodePath spot, Node at, String message) {
        if (severity == Severity.ERROR) {
            blamed.add(spot.value());
        }
        Position position = source == null ? Position.START : source.position(at);
        Problem problem = new Problem(file, position.line(), position.column(), severity, spot.path(), message);
        keep(problem);
        return problem;
    }
}
