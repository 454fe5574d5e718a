package io.sluice.control.config.file;

import io.sluice.control.config.model.Word;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One difference between two configurations.
 *
 * @param what what differs: {@code service}, {@code server}, or the key as a path such as {@code affinity.timeout}
 * @param name of the service or server; empty for a key
 * @param before as the file would write it, in one line; null when it was not there
 * @param after as the file would write it, in one line; null when it is gone
 * @param effect what follows from it; empty: only that it applies from now on
 * @param live whether a reload can do it; else it waits for a restart
 * @param parts of a service or server that changed: what changed in it
 */
public record Change(Kind kind, String what, String name, @Nullable String before, @Nullable String after,
        String effect, boolean live, List<Change> parts) {
    /** The sign is what plans print in front. */
    public enum Kind implements Word {
        ADDED('+'), REMOVED('-'), CHANGED('~');

        private final char sign;

        Kind(char sign) {
            this.sign = sign;
        }

        public char sign() {
            return sign;
        }
    }

    public Change {
        parts = List.copyOf(parts);
    }

    /** The difference on one line, without its parts and without the sign. */
    public String text() {
        String subject = name.isEmpty() ? what : what + " " + name;
        String values = switch (kind) {
            case ADDED -> ": " + after;
            case REMOVED -> ": " + before;
            case CHANGED -> before == null || after == null ? "" : ": " + before + " -> " + after;
        };
        String consequence = live ? effect : "needs a restart";
        return subject + values + (consequence.isEmpty() ? "" : "; " + consequence);
    }
}
