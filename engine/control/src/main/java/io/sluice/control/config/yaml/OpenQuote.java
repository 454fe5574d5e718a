package io.sluice.control.config.yaml;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.ComposerException;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * Finds the quote that was forgotten to be closed. YAML lets a quoted value go over many lines, so it takes everything
 * up to the next quote for the value, and what it tells of is far from the slip, often the end of the file.
 */
final class OpenQuote {
    private OpenQuote() {
    }

    /** Where the quote opens that explains the problem, if one does. */
    static Optional<Position> explains(MarkedYamlEngineException e, String text, Position at) {
        if (e instanceof ComposerException) {
            return Optional.empty(); // it is YAML
        }
        Optional<Position> last = Optional.empty();
        int number = 1;
        for (String line : (Iterable<String>) text.lines().limit(at.line())::iterator) {
            int open = openAtEnd(line);
            if (open >= 0) {
                last = Optional.of(new Position(number, line.codePointCount(0, open) + 1));
            }
            number++;
        }
        return last.filter(place -> place.line() < at.line() || place.column() <= at.column());
    }

    /** Index of a quote that starts a value of this line and is not closed in it; -1: there is none. */
    private static int openAtEnd(String line) {
        int open = -1;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            boolean first = i == 0 || Character.isWhitespace(line.charAt(i - 1));
            if (open >= 0) {
                if (c == '\\' && line.charAt(open) == '"') {
                    i++;
                } else if (c == line.charAt(open)) {
                    open = -1;
                }
            } else if ((c == '"' || c == '\'') && (first || "[{,".indexOf(line.charAt(i - 1)) >= 0)
                    && startsValue(line, i)) {
                open = i;
            } else if (c == '#' && first) {
                return -1;
            }
        }
        return open;
    }

    /** Whether what stands before it lets a value begin: a word before it makes the quote a part of that. */
    private static boolean startsValue(String line, int index) {
        String before = line.substring(Math.max(0, index - 40), index).stripTrailing();
        return before.isEmpty() || ":,-[{?".indexOf(before.charAt(before.length() - 1)) >= 0;
    }
}
