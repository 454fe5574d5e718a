package io.sluice.control.config.type;

import io.sluice.control.config.model.Distance;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds the known word that a mistyped or foreign one stands for. */
final class Suggestion {
    /** Nobody mistypes a word into one longer than this. */
    private static final int LONGEST = 64;
    /** Words of other load balancers for what has another name here. */
    private static final Map<String, List<String>> ELSEWHERE = words();

    private Suggestion() {
    }

    /** The words of the table beside this class, each with its words here: which one depends on where it stands. */
    static Map<String, List<String>> words() {
        var words = new LinkedHashMap<String, List<String>>();
        try (InputStream in = Objects.requireNonNull(Suggestion.class.getResourceAsStream("elsewhere.txt"))) {
            String table = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            table.lines().filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> List.of(line.split(" ")))
                    .forEach(line -> words.put(line.getFirst(), line.subList(1, line.size())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return words;
    }

    /** The nearest of the known words, or null when none is near. */
    static @Nullable String nearest(String word, Collection<String> known) {
        if (word.length() > LONGEST) {
            return null;
        }
        String wanted = normal(word);
        for (String elsewhere : ELSEWHERE.getOrDefault(wanted, List.of())) {
            if (known.contains(elsewhere)) {
                return elsewhere;
            }
        }
        String best = null;
        int bestDistance = Math.max(1, wanted.length() / 3) + 1;
        for (String candidate : known) {
            int distance = Distance.between(wanted, normal(candidate));
            if (distance < bestDistance) {
                bestDistance = distance;
                best = candidate;
            }
        }
        return best;
    }

    /** {@code healthCheck}, {@code health_check} and {@code HEALTH-CHECK} are the same word. */
    private static String normal(String word) {
        return word.strip().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").replace('_', '-').replace(' ', '-')
                .toLowerCase(Locale.ROOT);
    }
}
