package io.sluice.control.config.yaml;

/** How much text is read: far beyond any real file, short of what would keep a daemon busy or exhaust its memory. */
public final class Bounds {
    /** Longest file, in characters; as many bytes are read at most. */
    public static final int LONGEST_FILE = 16 << 20;
    /** Longest line, in characters. */
    static final int LONGEST_LINE = 1 << 20;

    private Bounds() {
    }

    /** Whether the text is short enough; else the problem has been told. */
    public static boolean hold(String text, Problems problems) {
        if (text.length() > LONGEST_FILE) {
            problems.errorAt(1, 1, "the file is longer than " + (LONGEST_FILE >> 20) + "MiB");
            return false;
        }
        int number = 1;
        for (int start = 0; start < text.length(); number++) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            if (end - start > LONGEST_LINE) {
                problems.errorAt(number, LONGEST_LINE + 1, "the line is longer than " + LONGEST_LINE
                        + " characters (allowed: the same on several lines)");
                return false;
            }
            start = end + 1;
        }
        return true;
    }
}
