package io.sluice.tuning.facts;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Passes questions on to another source and writes the answers down for a {@link RecordedHost}. One thread. */
public final class RecordingHost implements HostSource {
    /** Tables that name the peers of every connection stay out of a recording meant to be sent to somebody. */
    private static final Pattern PRIVATE = Pattern.compile("^/proc/net/tcp6?$");

    private final HostSource source;
    private final Map<String, String> entries = new TreeMap<>();
    private final Map<String, Optional<String>> answers = new HashMap<>();

    public RecordingHost(HostSource source) {
        this.source = source;
    }

    @Override
    public @Nullable String text(String path) {
        return once("== " + path, () -> source.text(path));
    }

    @Override
    public @Nullable String matching(String path, Pattern line) {
        String found = source.matching(path, line);
        if (PRIVATE.matcher(path).find()) {
            return found;
        }
        String before = entries.get("== " + path);
        note("== " + path, found == null || before == null ? found : before + "\n" + found);
        return found;
    }

    @Override
    public List<String> names(String directory) {
        return source.names(directory);
    }

    @Override
    public @Nullable String linkName(String path) {
        return once("=> " + path, () -> source.linkName(path));
    }

    @Override
    public @Nullable String output(List<String> command) {
        return once("=$ " + String.join(" ", command), () -> source.output(command));
    }

    @Override
    public @Nullable String trial(String name) {
        return once("=? " + name, () -> source.trial(name));
    }

    @Override
    public boolean exists(String path) {
        boolean there = source.exists(path);
        if (there) {
            entries.putIfAbsent("=+ " + path, "");
        }
        return there;
    }

    @Override
    public boolean denied(String path) {
        boolean denied = source.denied(path);
        if (denied) {
            entries.put("=! " + path, "");
        }
        return denied;
    }

    /** Everything answered so far. */
    public String recording() {
        StringBuilder text = new StringBuilder();
        entries.forEach((key, body) -> text.append(key).append('\n').append(body).append(body.isEmpty() ? "" : "\n"));
        return text.toString();
    }

    /** What is asked again is answered as before: counters move on, and one recording must tell one story. */
    private @Nullable String once(String key, Supplier<@Nullable String> question) {
        return answers.computeIfAbsent(key, _ -> Optional.ofNullable(note(key, question.get()))).orElse(null);
    }

    private @Nullable String note(String key, @Nullable String answer) {
        if (answer != null) {
            entries.put(key, answer);
        }
        return answer;
    }
}
