package io.sluice.tuning.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was changed on this host, in a file of the state directory, so that it can be undone. One thread.
 *
 * <p>Written before anything is changed: a program that dies half-way leaves a log that names at worst more than was
 * changed, and undo leaves alone what does not have the value it set.
 *
 * <pre>
 * # ...
 * boot TAB 0ec85fd9-...
 * sysctl net.core.somaxconn TAB previous TAB applied
 * </pre>
 */
final class UndoLog {
    private static final String NOTE = "# What sluice doctor changed on this host; sluice doctor --undo reads it.";

    /** @param applied as read back after writing */
    record Entry(Setting setting, String previous, String applied) {
    }

    private final Path file;
    private final String bootId;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private UndoLog(Path file, String bootId) {
        this.file = file;
        this.bootId = bootId;
    }

    /** The log, empty when there is none or when it is from before a reboot, which undid everything already. */
    static UndoLog open(Path file, String bootId) throws IOException {
        UndoLog log = new UndoLog(file, bootId);
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException none) {
            return log;
        }
        if (!lines.contains("boot\t" + bootId)) {
            return log;
        }
        for (String line : lines) {
            String[] parts = line.split("\t", -1);
            if (parts.length == 3) {
                log.entries.put(parts[0], new Entry(Setting.parse(parts[0]), parts[1], parts[2]));
            }
        }
        return log;
    }

    List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    /** Remembers a change; of several changes to one setting the value before the first one counts. */
    void add(Setting setting, String previous, String applied) {
        entries.merge(setting.key(), new Entry(setting, previous, applied), (first, later) -> new Entry(setting, first
                .previous(), later.applied()));
    }

    void remove(Setting setting) {
        entries.remove(setting.key());
    }

    /** Replaces the file in one step; removes it when nothing is left. */
    void save() throws IOException {
        if (entries.isEmpty()) {
            Files.deleteIfExists(file);
            return;
        }
        StringBuilder text = new StringBuilder(NOTE).append("\nboot\t").append(bootId).append('\n');
        entries.forEach((key, entry) -> text.append(key).append('\t').append(entry.previous()).append('\t').append(entry
                .applied()).append('\n'));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
