package io.sluice.control.config.yaml;

import java.util.regex.Pattern;

/** Writes text as a YAML scalar: bare where that is safe wherever it stands, else in double quotes. */
public final class Quoting {
    private static final String WORD = "[A-Za-z0-9_./+][A-Za-z0-9_./+@%-]*";
    private static final Pattern BARE = Pattern.compile(WORD + "(?::[A-Za-z0-9_./+@%-]+)*(?: " + WORD + ")*");
    // What YAML 1.2 takes for, and numbers of YAML 1.1 that other programs would take for a boolean, a number or
    // nothing.
    private static final Pattern OTHER_TYPE = Pattern.compile(
            "true|false|null|~|[-+]?[0-9][0-9_]*(?:\\.[0-9]*)?(?:e[-+]?[0-9]+)?|[-+]?\\.[0-9]+|0[xo][0-9a-f]+"
                    + "|[0-9]+(?::[0-9]{1,2})+|[+-]?\\.(?:inf|nan)",
            Pattern.CASE_INSENSITIVE);

    private Quoting() {
    }

    /** The text, in quotes if it would mean something else without. */
    public static String scalar(String text) {
        return BARE.matcher(text).matches() && !OTHER_TYPE.matcher(text).matches() ? text : quoted(text);
    }

    /** The text in double quotes. */
    public static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029 || c == 0xfeff) {
                        quoted.append(String.format("\\u%04x", c));
                    } else {
                        quoted.appendCodePoint(c);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }
}
