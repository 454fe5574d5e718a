package io.sluice.control.config.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets {@code listen: [fd00::1]:80} and {@code { listen: 10.0.0.1:[80,443] }} stand without quotes: YAML takes the
 * bracket for a list, so quotes are put around such an address before YAML sees it, and places are counted as if they
 * were not there.
 */
final class BareAddresses {
    private static final String PORTS = "(?:\\d+(?:-\\d+)?|\\[[\\d,\\s-]*\\])";
    private static final Pattern BARE = Pattern
            .compile(
                    "(?<=[:,\\-\\[{]\\s{0,40}|^\\s{0,200})(?<![^\\s\\[{,])(?:\\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[\\w.-]+)?\\]"
                            + "(?::" + PORTS
                            + ")?|\\d+\\.\\d+\\.\\d+\\.\\d+:\\[[\\d,\\s-]*\\])(?=\\s*(?:[,}\\]]|\\s#|$))");

    private final String text;
    private final List<Position> quotes;

    private BareAddresses(String text, List<Position> quotes) {
        this.text = text;
        this.quotes = quotes;
    }

    static BareAddresses quoted(String original) {
        if (!original.contains("]:") && !original.contains(":[")) {
            return new BareAddresses(original, List.of());
        }
        var text = new StringBuilder(original.length() + 64);
        var quotes = new ArrayList<Position>();
        int number = 1;
        for (String line : original.split("\n", -1)) {
            if (number > 1) {
                text.append('\n');
            }
            text.append(line.contains("]:") || line.contains(":[") ? quoted(line, number, quotes) : line);
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
        int added = 0;
        for (Position quote : quotes) {
            if (quote.line() == position.line() && quote.column() < position.column()) {
                added++;
            }
        }
        return added == 0 ? position : new Position(position.line(), position.column() - added);
    }

    private static String quoted(String line, int number, List<Position> quotes) {
        Matcher matcher = BARE.matcher(line);
        var text = new StringBuilder();
        int done = 0;
        while (matcher.find()) {
            if (insideQuotesOrComment(line, matcher.start())) {
                continue;
            }
            text.append(line, done, matcher.start());
            quotes.add(new Position(number, text.length() + 1));
            text.append('"').append(matcher.group()).append('"');
            quotes.add(new Position(number, text.length()));
            done = matcher.end();
        }
        return text.append(line, done, line.length()).toString();
    }

    private static boolean insideQuotesOrComment(String line, int end) {
        char open = 0;
        for (int i = 0; i < end; i++) {
            char c = line.charAt(i);
            if (open != 0) {
                if (c == '\\' && open == '"') {
                    i++;
                } else if (c == open) {
                    open = 0;
                }
            } else if ((c == '"' || c == '\'') && (i == 0 || " \t[{,".indexOf(line.charAt(i - 1)) >= 0)) {
                open = c;
            } else if (c == '#' && (i == 0 || Character.isWhitespace(line.charAt(i - 1)))) {
                return true;
            }
        }
        return open != 0;
    }
}
