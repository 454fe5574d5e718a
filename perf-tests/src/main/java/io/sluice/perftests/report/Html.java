package io.sluice.perftests.report;

import java.util.Locale;

/** Collects markup. What users or programs wrote goes through {@link #text}. Used by one thread. */
final class Html {
    private final StringBuilder markup = new StringBuilder();

    /** Markup as it stands; numbers are formatted without a locale. */
    Html raw(String format, Object... values) {
        markup.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values));
        return this;
    }

    Html text(String text) {
        markup.append(escape(text));
        return this;
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    @Override
    public String toString() {
        return markup.toString();
    }
}
