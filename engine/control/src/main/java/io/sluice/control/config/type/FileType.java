package io.sluice.control.config.type;

import io.sluice.control.config.yaml.NodePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A path in the file system; relative ones start at the directory of the configuration file. */
final class FileType extends ScalarType<Path> {
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
