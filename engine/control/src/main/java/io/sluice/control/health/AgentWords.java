package io.sluice.control.health;

import io.sluice.control.api.AdminState;
import io.sluice.control.health.dialogue.Excerpt;
import java.net.ProtocolException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says in one answer, as HAProxy's agents speak (its configuration manual, {@code agent-check}). Any
 * thread.
 *
 * @param up whether the server is; null: not said
 * @param admin null: not said
 * @param weightPercent of the weight in force otherwise; null: not said
 */
record AgentWords(@Nullable Boolean up, @Nullable AdminState admin, @Nullable Integer weightPercent) {
    private static final int MOST_PERCENT = 65_535;

    /**
     * Reads the first line of an answer: words apart by blanks or commas, up to a comment. Words that mean nothing here
     * are passed over, as HAProxy does.
     *
     * @throws ProtocolException when none means anything
     */
    static AgentWords of(String line) throws ProtocolException {
        Boolean up = null;
        AdminState admin = null;
        Integer percent = null;
        boolean any = false;
        for (String word : line.split("#", 2)[0].toLowerCase(Locale.ROOT).split("[\\s,]+")) {
            boolean known = true;
            switch (word) {
                case "up" -> up = true;
                case "down", "fail", "failed", "stopped" -> up = false;
                case "ready" -> admin = AdminState.ONLINE;
                case "drain" -> admin = AdminState.DRAIN;
                case "maint" -> admin = AdminState.HALT;
                default -> {
                    known = word.matches("\\d{1,5}%");
                    if (known) {
                        percent = Math.min(MOST_PERCENT, Integer.parseInt(word.substring(0, word.length() - 1)));
                    }
                }
            }
            any |= known || word.matches("maxconn:\\d+"); // the limit that the file sets stays
        }
        if (!any) {
            throw unknown(line);
        }
        return new AgentWords(up, admin, percent);
    }

    private static ProtocolException unknown(String line) {
        return new ProtocolException((line.isBlank() ? "nothing" : Excerpt.of(line))
                + ", not what an agent says (such as 75%, ready, drain, maint, up, down)");
    }
}
