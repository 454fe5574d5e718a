package io.sluice.tuning.facts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A host written down in one text file. Any thread, immutable.
 *
 * <pre>
 * == /proc/sys/net/core/somaxconn        a file; its lines follow
 * 4096
 * =&gt; /sys/class/net/eth0/device/driver    a symbolic link; the last name of its target follows
 * virtio_net
 * =$ ethtool -g eth0                     a command that succeeded; what it printed follows
 * ...
 * =? packet-engine                       a trial; what it said follows
 * tcx: yes
 * =+ /usr/sbin/ethtool                  a file that is there; nobody read it
 * =! /proc/1/environ                     a file that is there but may not be read
 * =- /proc/sys/net/core/busy_poll        takes an entry of the base away again (overlays of fixtures)
 * </pre>
 *
 * Directories are the prefixes of the files.
 */
public final class RecordedHost implements HostSource {
    private static final Pattern SECTION = Pattern.compile("^=[=>$?+!-] ");

    private final SortedMap<String, String> entries;

    private RecordedHost(SortedMap<String, String> entries) {
        this.entries = entries;
    }

    public static RecordedHost of(Path file) throws IOException {
        return of(Files.readString(file, StandardCharsets.UTF_8));
    }

    public static RecordedHost of(String text) {
        return new RecordedHost(new TreeMap<>()).with(text);
    }

    /** This host with the entries of another recording laid over it. */
    public RecordedHost with(String overlay) {
        SortedMap<String, String> merged = new TreeMap<>(entries);
        String key = null;
        StringBuilder body = new StringBuilder();
        for (String line : overlay.split("\n", -1)) {
            if (SECTION.matcher(line).find()) {
                put(merged, key, body);
                key = line.strip();
                body.setLength(0);
            } else if (key != null) {
                body.append(line).append('\n');
            }
        }
        put(merged, key, body);
        return new RecordedHost(merged);
    }

    private static void put(Map<String, String> entries, @Nullable String key, StringBuilder body) {
        if (key == null) {
            return;
        }
        if (key.startsWith("=- ")) {
            String path = key.substring(3);
            entries.keySet().removeIf(known -> known.substring(3).equals(path)
                    || known.substring(3).startsWith(path + "/"));
        } else {
            entries.put(key, body.toString().stripTrailing());
        }
    }

    @Override
    public @Nullable String text(String path) {
        return entries.get("== " + path);
    }

    @Override
    public @Nullable String matching(String path, Pattern line) {
        String text = text(path);
        return text == null
                ? null
                : Arrays.stream(text.split("\n")).filter(row -> line.matcher(row).find())
                        .collect(Collectors.joining("\n"));
    }

    @Override
    public List<String> names(String directory) {
        TreeSet<String> names = new TreeSet<>();
        for (String kind : List.of("== ", "=> ", "=! ", "=+ ")) {
            String prefix = kind + directory + "/";
            for (String key : entries.tailMap(prefix).keySet()) {
                if (!key.startsWith(prefix)) {
                    break;
                }
                String rest = key.substring(prefix.length());
                int slash = rest.indexOf('/');
                names.add(slash < 0 ? rest : rest.substring(0, slash));
            }
        }
        return List.copyOf(names);
    }

    @Override
    public @Nullable String linkName(String path) {
        return entries.get("=> " + path);
    }

    @Override
    public @Nullable String output(List<String> command) {
        return entries.get("=$ " + String.join(" ", command));
    }

    @Override
    public @Nullable String trial(String name) {
        return entries.get("=? " + name);
    }

    @Override
    public boolean exists(String path) {
        return List.of("=+ ", "== ", "=! ", "=> ").stream().anyMatch(kind -> entries.containsKey(kind + path));
    }

    @Override
    public boolean denied(String path) {
        return entries.containsKey("=! " + path);
    }

    /** The recording as text, in the form the class comment draws. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        entries.forEach((key, body) -> text.append(key).append('\n').append(body).append(body.isEmpty() ? "" : "\n"));
        return text.toString();
    }
}
