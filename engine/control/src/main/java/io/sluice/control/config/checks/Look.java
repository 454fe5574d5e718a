package io.sluice.control.config.checks;

import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.yaml.NodePath;
import io.sluice.control.config.yaml.Problem;
import io.sluice.control.config.yaml.Problems;
import io.sluice.control.config.yaml.Source;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A configuration beside the file it came from, so that a check can point into the file. */
record Look(Configuration configuration, Source source, Problems problems) implements Examination.Places {
    @Override
    public Problem warning(String message, int item, String... path) {
        return problems.warning(item(item, path), message);
    }

    /** An error in the value at this path; or nothing, when that value has been found wrong already. */
    void error(String message, String... path) {
        error(source.nearest(path), message);
    }

    void error(NodePath spot, String message) {
        if (!problems.blames(spot.value())) {
            problems.error(spot, message);
        }
    }

    /** An error of what stands at this path as a whole, such as something that it lacks. */
    void errorAtKey(String message, String... path) {
        NodePath spot = source.nearest(path);
        if (!problems.blames(spot.value())) {
            problems.errorAtKey(spot, message);
        }
    }

    void warning(String message, String... path) {
        NodePath spot = source.nearest(path);
        if (!problems.blames(spot.value())) {
            problems.warning(spot, message);
        }
    }

    /** The same at a path below a place that is known. */
    NodePath item(int index, String... path) {
        NodePath spot = source.nearest(path);
        return spot.value() instanceof SequenceNode list && index < list.getValue().size()
                ? spot.item(index, list.getValue().get(index))
                : spot;
    }

    int line(String... path) {
        return line(source.nearest(path));
    }

    int line(NodePath spot) {
        return source.position(spot.value()).line();
    }

    int lineOfKey(String... path) {
        return source.position(source.nearest(path).keyOrValue()).line();
    }
}
