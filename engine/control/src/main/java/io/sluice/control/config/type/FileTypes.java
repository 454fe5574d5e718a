package io.sluice.control.config.type;

import io.sluice.control.config.yaml.NodePath;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** What has to stand in the file system: files and programs. Stateless. */
public final class FileTypes {
    private FileTypes() {
    }

    /** A path in the file system; relative ones start at the directory of the configuration file. */
    static final class FileType extends ScalarType<Path> {
        /** What stands at the path. */
        enum Content {
            /** PEM certificates. */
            CERTIFICATE("a PEM file with certificates", "-----BEGIN CERTIFICATE-----"),
            /** A PEM private key. */
            KEY("a PEM file with a private key", "PRIVATE KEY-----"),
            /** A secret that nobody else may read. */
            SECRET("a file with at least 16 bytes, readable by its owner only", ""),
            /** Made by Sluice when it is not there yet. */
            OWN("a path", "");

            private final String allowed;
            private final String marker;

            Content(String allowed, String marker) {
                this.allowed = allowed;
                this.marker = marker;
            }
        }

        private static final int LONGEST = 1 << 20;
        private static final int SHORTEST_SECRET = 16;

        private final Content content;

        FileType(Content content) {
            this.content = content;
        }

        @Override
        Path parse(String text, boolean plain) throws Unreadable {
            if (text.indexOf('\0') >= 0 || text.isBlank()) {
                throw new Unreadable(Message.quote(text) + " is not a path");
            }
            return Path.of(text);
        }

        @Override
        @Nullable
        Path settle(Path written, NodePath spot, Reading reading) {
            Path path = reading.source().resolve(written.toString());
            String problem = content == Content.OWN ? null : problem(path);
            if (problem != null) {
                reading.problems().error(spot, Message.of(spot.label() + ": " + path + " " + problem, null, allowed()));
                return null;
            }
            if (content == Content.SECRET && open(path)) {
                reading.problems().warning(spot, spot.label() + ": others can read " + path + ": chmod 600 " + path);
            }
            return path;
        }

        private @Nullable String problem(Path path) {
            if (!Files.exists(path)) {
                return "does not exist";
            }
            if (!Files.isRegularFile(path)) {
                return "is not a file";
            }
            if (!Files.isReadable(path)) {
                return "cannot be read by this user";
            }
            try {
                if (Files.size(path) > LONGEST) {
                    return "is longer than 1MiB";
                }
                if (content == Content.SECRET && Files.size(path) < SHORTEST_SECRET) {
                    return "is too short";
                }
                if (!Files.readString(path, StandardCharsets.ISO_8859_1).contains(content.marker)) {
                    return content == Content.KEY ? "holds no private key" : "holds no certificate";
                }
            } catch (IOException e) {
                return "cannot be read: " + e.getMessage();
            }
            return null;
        }

        private static boolean open(Path path) {
            try {
                Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
                return permissions.contains(PosixFilePermission.OTHERS_READ)
                        || permissions.contains(PosixFilePermission.OTHERS_WRITE);
            } catch (IOException | UnsupportedOperationException e) {
                return false; // readable, as was just seen; its permissions are nobody's business
            }
        }

        @Override
        String noun() {
            return "a path";
        }

        @Override
        public String allowed() {
            return content.allowed;
        }

        @Override
        public Map<String, Object> schema() {
            return ordered("type", "string", "minLength", 1);
        }
    }

    /** A program with its arguments, as words in one text or as a list. No shell takes part. */
    public static final class CommandType implements Type<List<String>> {
        @Override
        public @Nullable List<String> read(NodePath spot, Reading reading) {
            try {
                var words = new ArrayList<>(words(spot.value()));
                if (words.stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
                    throw new Unreadable("a character U+0000 in it ends every argument");
                }
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
}
