package io.sluice.control.config.yaml;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** One file as YAML nodes, each with its place. Owned by the thread that reads it. */
public final class Source {
    /** An escape beyond Unicode's last character. */
    private static final Pattern NO_CHARACTER = Pattern.compile("\\\\U(?!000|0010)\\p{XDigit}{8}");

    private final Path directory;
    private final BareAddresses addresses;
    private final Node root;
    private final Map<MappingNode, Map<String, NodeTuple>> indexes = new IdentityHashMap<>();

    private Source(Path directory, BareAddresses addresses, Node root) {
        this.directory = directory;
        this.addresses = addresses;
        this.root = root;
    }

    /**
     * Parses the text; where it is no YAML, or empty, the problem is told and null returned.
     *
     * @param directory what relative paths in the file are relative to
     */
    public static @Nullable Source parse(String text, Path directory, Problems problems) {
        BareAddresses addresses = BareAddresses.quoted(text);
        try {
            Optional<Node> root = Composition.of(addresses.text());
            if (root.isEmpty()) {
                problems.errorAt(1, 1,
                        "the file is empty (allowed: at least 'services', with a virtual service in it)");
                return null;
            }
            Source source = new Source(directory, addresses, root.get());
            problems.locateIn(source);
            return source;
        } catch (MarkedYamlEngineException e) {
            Position at = addresses
                    .original(e.getProblemMark().or(e::getContextMark).map(Source::position).orElse(Position.START));
            Position told = OpenQuote.explains(e, text, at).orElse(at);
            problems.errorAt(told.line(), told.column(), SyntaxAdvice.of(e, text, at));
            return null;
        } catch (ReaderException e) {
            Position at = addresses.original(Position.of(addresses.text(), e.getPosition()));
            problems.errorAt(at.line(), at.column(),
                    "not YAML: the character U+%04X cannot stand in a text (allowed: in double quotes, \\u%04x)"
                            .formatted(e.getCodePoint(), e.getCodePoint()));
            return null;
        } catch (YamlVersionException e) {
            problems.errorAt(1, 1, "not YAML that is read here: its first lines name another version (allowed: no line"
                    + " that starts with %YAML)");
            return null;
        } catch (YamlEngineException e) {
            problems.errorAt(1, 1, "not YAML: " + e.getMessage());
            return null;
        } catch (IllegalArgumentException e) { // the parser takes eight hexadecimal digits for a character unseen
            Matcher escape = NO_CHARACTER.matcher(text);
            Position at = escape.find() ? Position.of(text, text.codePointCount(0, escape.start())) : Position.START;
            problems.errorAt(at.line(), at.column(), "not YAML: \\U and eight digits that are no character"
                    + " (allowed: \\U00000020 to \\U0010FFFF)");
            return null;
        }
    }

    public Node root() {
        return root;
    }

    /** A path in the file as a path of the system: relative ones start at the file's directory. */
    public Path resolve(String path) {
        return directory.resolve(path);
    }

    public Position position(Node node) {
        return node.getStartMark().map(mark -> addresses.original(position(mark))).orElse(Position.START);
    }

    /** The value that these keys lead to, or as near to it as the file goes. */
    public NodePath nearest(String... keys) {
        NodePath spot = NodePath.root(root);
        for (String key : keys) {
            NodePath next = child(spot, key);
            if (next == null) {
                break;
            }
            spot = next;
        }
        return spot;
    }

    /** Whether the file says something at this place. */
    public boolean has(String... keys) {
        NodePath spot = NodePath.root(root);
        for (String key : keys) {
            spot = child(spot, key);
            if (spot == null) {
                return false;
            }
        }
        return true;
    }

    private @Nullable NodePath child(NodePath spot, String key) {
        if (!(spot.value() instanceof MappingNode mapping)) {
            return null;
        }
        NodeTuple tuple = indexes.computeIfAbsent(mapping, Source::index).get(key);
        return tuple == null ? null : spot.child(key, tuple.getKeyNode(), tuple.getValueNode());
    }

    private static Map<String, NodeTuple> index(MappingNode mapping) {
        Map<String, NodeTuple> index = HashMap.newHashMap(mapping.getValue().size());
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode name) {
                index.putIfAbsent(name.getValue(), tuple);
            }
        }
        return index;
    }

    private static Position position(Mark mark) {
        return new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }
}
