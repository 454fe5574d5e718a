package io.sluice.control.conductor.state;

import io.sluice.control.api.AdminState;
import io.sluice.ringbuffers.mapped.PutAside;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The administrators' changes to real servers, kept over restarts and reboots in a small text file that is read before
 * the first connection is accepted. Owned by the conductor: one thread. Every change is written to a new file, forced
 * to the disk and renamed over the former one before {@link #put} returns, so it is there entirely or not at all.
 *
 * <pre>
 *   sluice overrides 1
 *   drain - CyberArk-PSM/PSM1
 *   online 50 CyberArk-PSM/PSM2
 * </pre>
 */
public final class Overrides {
    private static final String FIRST_LINE = "sluice overrides 1";

    private final Path file;
    private final Map<String, ServerOverride> byServer = new TreeMap<>();
    private @Nullable String problem;

    private Overrides(Path file) {
        this.file = file;
    }

    /**
     * Reads the file; without one there are no overrides. A file that cannot be understood is renamed to {@code .old},
     * see {@link #problem}.
     *
     * @throws IOException when the file is there and cannot be read
     */
    public static Overrides open(Path file) throws IOException {
        Overrides overrides = new Overrides(file);
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) { // reading a pipe may never end
                throw new IllegalArgumentException("it is no file");
            }
            overrides.parse(Files.readString(file));
        } catch (CharacterCodingException binary) {
            overrides.putAside("it is not text");
        } catch (NoSuchFileException e) {
            // nothing was ever changed
        } catch (IllegalArgumentException e) {
            overrides.putAside(String.valueOf(e.getMessage()));
        }
        return overrides;
    }

    private void putAside(String why) throws IOException {
        byServer.clear();
        Path old = PutAside.move(file);
        problem = "the overrides in " + file + " cannot be read (" + why + "); the file was put aside as "
                + old + " and every server is as configured: repeat drain, halt and weight commands where needed";
    }

    /** What was wrong with the file at opening, for the log; null when nothing was. */
    public @Nullable String problem() {
        return problem;
    }

    /** What holds for a server, {@link ServerOverride#NONE} where nothing was changed. */
    public ServerOverride of(String service, String server) {
        return byServer.getOrDefault(key(service, server), ServerOverride.NONE);
    }

    /** All changes by {@code service/server}. */
    public Map<String, ServerOverride> all() {
        return Map.copyOf(byServer);
    }

    /**
     * Notes a change and writes it down; {@link ServerOverride#NONE} takes it back.
     *
     * @throws IOException when the file cannot be written; the change is not noted
     */
    public void put(String service, String server, ServerOverride override) throws IOException {
        Map<String, ServerOverride> changed = new TreeMap<>(byServer);
        if (override.equals(ServerOverride.NONE)) {
            changed.remove(key(service, server));
        } else {
            changed.put(key(service, server), override);
        }
        replaceWith(changed);
    }

    /**
     * Forgets the changes of servers that are not configured any more.
     *
     * @param configured whether a {@code service/server} still is
     * @throws IOException when the file cannot be written
     */
    public void retain(Predicate<String> configured) throws IOException {
        Map<String, ServerOverride> kept = new TreeMap<>(byServer);
        if (kept.keySet().removeIf(configured.negate())) {
            replaceWith(kept);
        }
    }

    private void replaceWith(Map<String, ServerOverride> changed) throws IOException {
        StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
        changed.forEach((server, override) -> text.append(override.admin().word())
                .append(' ')
                .append(override.weight().isPresent() ? String.valueOf(override.weight().getAsInt()) : "-").append(' ')
                .append(server)
                .append('\n'));
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().resolveSibling("."),
                StandardOpenOption.READ)) {
            directory.force(true); // so that the new name survives a power failure
        }
        byServer.clear();
        byServer.putAll(changed);
    }

    private void parse(String text) {
        String[] lines = text.split("\n", -1);
        if (!lines[0].equals(FIRST_LINE) || !lines[lines.length - 1].isEmpty()) {
            throw new IllegalArgumentException("it does not begin with '" + FIRST_LINE + "' or is cut off");
        }
        for (int n = 1; n < lines.length - 1; n++) {
            String[] words = lines[n].split(" ", 3);
            if (words.length != 3 || words[2].indexOf('/') < 0) {
                throw new IllegalArgumentException(
                        "line " + (n + 1) + " is not 'state weight service/server': " + lines[n]);
            }
            byServer.put(words[2], new ServerOverride(admin(words[0], n + 1), weight(words[1], n + 1)));
        }
    }

    private static AdminState admin(String word, int line) {
        for (AdminState state : AdminState.values()) {
            if (state.word().equals(word)) {
                return state;
            }
        }
        throw new IllegalArgumentException("line " + line + ": '" + word + "' is not online, drain or halt");
    }

    private static OptionalInt weight(String word, int line) {
        if (word.equals("-")) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseInt(word));
        } catch (NumberFormatException notOne) {
            throw new IllegalArgumentException("line " + line + ": '" + word + "' is no weight", notOne);
        }
    }

    private static String key(String service, String server) {
        if (service.indexOf('\n') >= 0 || server.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("a label has one line");
        }
        return service + "/" + server;
    }
}
