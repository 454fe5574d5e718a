package io.sluice.control.config.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets {@code listen: [fd00::1]:80} and {@code { listen: 10.0.0.1:[80,443] }} stand without quotes: YAML takes the
 * bracket for a list, so quotes are put around such an address before YAML sees it, and places are counted as if they
 * were not there. Every character is looked at a bounded number of times, however long a line is.
 */
final class BareAddresses {
    /** Longer than any IPv6 address; without a bound, a row of colons would be tried in every division. */
    private static final String IPV6 = "\\[[0-9A-Fa-f:.]{0,45}:[0-9A-Fa-f:.]{0,45}(?:%[\\w.-]{1,32})?\\]";
    private static final String PORT_LIST = "\\[[\\d,\\s-]*+\\]";
    private static final Pattern ADDRESS = Pattern.compile("(?:" + IPV6 + "(?::(?:\\d++(?:-\\d++)?|" + PORT_LIST
            + "))?|\\d{1,3}+\\.\\d{1,3}+\\.\\d{1,3}+\\.\\d{1,3}+:" + PORT_LIST + ")(?=\\s*+(?:[,}\\]]|(?<=\\s)#|$))");

    private final String text;
    /** By line, ascending columns in the text that YAML reads. */
    private final Map<Integer, List<Integer>> quotes;

    private BareAddresses(String text, Map<Integer, List<Integer>> quotes) {
        this.text = text;
        this.quotes = quotes;
    }

    static BareAddresses quoted(String original) {
        if (!original.contains("]:") && !original.contains(":[")) {
            return new BareAddresses(original, Map.of());
        }
        var text = new StringBuilder(original.length() + 64);
        var quotes = new HashMap<Integer, List<Integer>>();
        int number = 1;
        for (String line : original.split("\n", -1)) {
            if (number > 1) {
                text.append('\n');
            }
            if (line.contains("]:") || line.contains(":[")) {
                var columns = new ArrayList<Integer>();
                text.append(new Line(line).quoted(columns));
                quotes.put(number, columns);
            } else {
                text.append(line);
            }
            number++;
        }
        return new BareAddresses(text.toString(), quotes);
    }

    /** What YAML is to read. */
    String text() {
        return text;
    }

    /** A place in {@link #text} as a place in the original. */
    Position original(Position position) {
        List<Integer> columns = quotes.get(position.line());
        if (columns == null) {
            return position;
        }
        int found = Collections.binarySearch(columns, position.column());
        int before = found < 0 ? -found - 1 : found;
        return new Position(position.line(), position.column() - before);
    }

    /** One line on the way from its start to its end. */
    private static final class Line {
        private final String line;
        private final Matcher address;
        private char open;
        private int surrogates;
        /** The last character that is no blank. */
        private char before = ',';

        Line(String line) {
            this.line = line;
            this.address = ADDRESS.matcher(line).useAnchoringBounds(false).useTransparentBounds(true);
        }

        /** The line with quotes; their columns are added. */
        String quoted(List<Integer> columns) {
            var text = new StringBuilder(line.length() + 16);
            int added = 0;
            for (int i = 0; i < line.length();) {
                char c = line.charAt(i);
                if (open == 0 && c == '#' && (i == 0 || Character.isWhitespace(line.charAt(i - 1)))) {
                    return text.append(line, i, line.length()).toString();
                }
                if (startsValue(i) && address.region(i, line.length()).lookingAt()) {
                    int start = i - surrogates + 1 + added; // YAML counts code points
                    columns.add(start);
                    columns.add(start + address.end() - i + 1);
                    added += 2;
                    text.append('"').append(line, i, address.end()).append('"');
                    i = address.end();
                    before = line.charAt(i - 1);
                } else {
                    text.append(c);
                    i = pass(i, c, text);
                }
            }
            return text.toString();
        }

        /** Whether a value could begin here, and with a digit or bracket. */
        private boolean startsValue(int i) {
            char c = line.charAt(i);
            return open == 0 && (c == '[' || (c >= '0' && c <= '9')) && ":,-[{".indexOf(before) >= 0 && separated(i);
        }

        private boolean separated(int i) {
            return i == 0 || Character.isWhitespace(line.charAt(i - 1)) || "[{,".indexOf(line.charAt(i - 1)) >= 0;
        }

        /** Takes notice of a character outside of addresses; where to go on. */
        private int pass(int i, char c, StringBuilder text) {
            int next = i + 1;
            surrogates += Character.isLowSurrogate(c) ? 1 : 0;
            if (open != 0) {
                if (c == '\\' && open == '"' && next < line.length()) {
                    text.append(line.charAt(next));
                    surrogates += Character.isLowSurrogate(line.charAt(next++)) ? 1 : 0;
                } else if (c == open) {
                    open = 0;
                }
            } else if ((c == '"' || c == '\'') && separated(i)) {
                open = c;
            }
            if (!Character.isWhitespace(c)) {
                before = c;
            }
            return next;
        }
    }
}
