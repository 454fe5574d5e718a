package io.sluice.control.config.type;

import io.sluice.control.config.yaml.NodePath;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A program with its arguments, as words in one text or as a list. No shell takes part. */
public final class CommandType implements Type<List<String>> {
    @Override
    public @Nullable List<String> read(NodePath spot, Reading reading) {
        try {
            var words = new ArrayList<>(words(spot.value()));
            Path program = program(words.getFirst(), reading);
            words.set(0, program.toString());
            return List.copyOf(words);
        } catch (Unreadable e) {
            reading.problems().error(spot, Message.of(spot.label() + ": " + e.getMessage(), null, allowed()));
            return null;
        }
    }

    private static List<String> words(Node node) throws Unreadable {
        if (node instanceof ScalarNode text && !text.getValue().isBlank()) {
            return List.of(text.getValue().strip().split("\\s+"));
        }
        if (node instanceof SequenceNode list && !list.getValue().isEmpty()) {
            var words = new ArrayList<String>();
            for (Node item : list.getValue()) {
                if (!(item instanceof ScalarNode word)) {
                    throw new Unreadable(Message.describe(item) + " in it is not a word");
                }
                words.add(word.getValue());
            }
            if (!words.getFirst().isBlank()) {
                return words;
            }
        }
        throw new Unreadable(Message.describe(node) + " is not a command");
    }

    private static Path program(String name, Reading reading) throws Unreadable {
        if (name.contains("/")) {
            Path path = reading.source().resolve(name);
            if (!Files.isRegularFile(path)) {
                throw new Unreadable(path + " does not exist");
            }
            if (!Files.isExecutable(path)) {
                throw new Unreadable(path + " cannot be executed (chmod +x " + path + ")");
            }
            return path;
        }
        String search = System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
        for (String directory : search.split(File.pathSeparator)) {
            if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, name))) {
                return Path.of(directory, name);
            }
        }
        throw new Unreadable("no program " + Message.quote(name) + " in PATH");
    }

    @Override
    public Object plain(List<String> value) {
        return value;
    }

    @Override
    public String allowed() {
        return "an executable file and its arguments, as a text or a list";
    }

    @Override
    public Map<String, Object> schema() {
        Map<String, Object> word = ScalarType.ordered("type", List.of("string", "number", "boolean"));
        return ScalarType.ordered("anyOf", List.of(ScalarType.ordered("type", "string", "minLength", 1),
                ScalarType.ordered("type", "array", "minItems", 1, "items", word)));
    }
}
