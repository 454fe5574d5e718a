package io.sluice.program.cli;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.ServerHealth;
import io.sluice.control.api.ServiceState;
import io.sluice.control.config.model.Word;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Colour beside the words, never instead of them: on a terminal only, and not when {@code NO_COLOR} is set
 * (no-color.org) or {@code TERM} is {@code dumb}.
 */
public final class Style {
    private static final String RESET = "\u001B[0m";
    private static final Set<String> GOOD = words(ServiceState.UP, ServerHealth.UP, AdminState.ONLINE);
    private static final Set<String> BAD = words(ServiceState.DOWN, ServerHealth.DOWN, AdminState.HALT);
    private static final Set<String> DOUBTFUL = words(ServiceState.DEGRADED, ServerHealth.CHECKING, AdminState.DRAIN);

    private final boolean coloured;

    public Style(boolean coloured) {
        this.coloured = coloured;
    }

    /** The style of this process's standard output. */
    public static Style ofStandardOutput() {
        return new Style(colourWanted(System.getenv(), Terminal.isTerminal(1)));
    }

    static boolean colourWanted(Map<String, String> environment, boolean terminal) {
        String noColour = environment.getOrDefault("NO_COLOR", "");
        return terminal && noColour.isEmpty() && !"dumb".equals(environment.get("TERM"));
    }

    public boolean coloured() {
        return coloured;
    }

    /** Well: up, online, open. */
    public String good(String text) {
        return paint("\u001B[32m", text);
    }

    /** Needs an eye: degraded, drain, checking. */
    public String warning(String text) {
        return paint("\u001B[33m", text);
    }

    /** Broken: down, halt. */
    public String bad(String text) {
        return paint("\u001B[31m", text);
    }

    public String bold(String text) {
        return paint("\u001B[1m", text);
    }

    /** Less important than the rest of the line. */
    public String dim(String text) {
        return paint("\u001B[2m", text);
    }

    /** The word of a state in its colour. */
    public String state(String word) {
        if (GOOD.contains(word)) {
            return good(word);
        }
        if (BAD.contains(word)) {
            return bad(word);
        }
        return DOUBTFUL.contains(word) ? warning(word) : word;
    }

    private static Set<String> words(Word... states) {
        return Stream.of(states).map(Word::word).collect(Collectors.toUnmodifiableSet());
    }

    private String paint(String code, String text) {
        return coloured && !text.isEmpty() ? code + text + RESET : text;
    }

    /** Characters of a text that take a column: everything but the colour sequences. */
    static int width(String text) {
        int width = 0;
        for (int i = 0; i < text.length();) {
            int codePoint = text.codePointAt(i);
            if (codePoint == '\u001B') {
                int end = text.indexOf('m', i);
                i = end < 0 ? text.length() : end + 1;
            } else {
                width++;
                i += Character.charCount(codePoint);
            }
        }
        return width;
    }
}
