package io.sluice.control.config.yaml;

import java.util.ArrayList;
import java.util.List;

/** Lines being written, with the comments at their ends in one column where neighbours have some. */
final class Layout {
    /** A line longer than this is not waited for: its comment follows after two blanks. */
    private static final int ALIGNED_UP_TO = 60;

    private static final class Line {
        private final StringBuilder text = new StringBuilder();
        private String comment = "";
        private final boolean opensBlock;

        private Line(boolean opensBlock) {
            this.opensBlock = opensBlock;
        }
    }

    private final List<Line> lines = new ArrayList<>();

    /** Starts a line. */
    void line(int indent, String text) {
        lines.add(new Line(false));
        last().text.append(" ".repeat(indent)).append(text);
    }

    void append(String text) {
        last().text.append(text);
    }

    /** An empty line, unless there is one, or a block was just opened. */
    void blank() {
        if (!lines.isEmpty() && !last().text.isEmpty() && !last().opensBlock) {
            lines.add(new Line(false));
        }
    }

    /** The last line is followed by what belongs to it, one level deeper. */
    void opensBlock() {
        Line opening = lines.removeLast();
        var line = new Line(true);
        line.text.append(opening.text);
        line.comment = opening.comment;
        lines.add(line);
    }

    /** Puts a comment at the end of the last line; false when it has one. */
    boolean comment(String comment) {
        if (lines.isEmpty() || !last().comment.isEmpty() || last().text.isEmpty()) {
            return false;
        }
        last().comment = comment;
        return true;
    }

    private Line last() {
        return lines.getLast();
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        for (int i = 0; i < lines.size();) {
            int end = i;
            int width = 0;
            while (end < lines.size() && !lines.get(end).comment.isEmpty()) {
                int length = length(lines.get(end));
                width = length <= ALIGNED_UP_TO ? Math.max(width, length) : width;
                end++;
            }
            for (Line line : lines.subList(i, Math.max(end, i + 1))) {
                text.append(line.text);
                if (!line.comment.isEmpty()) {
                    text.append(" ".repeat(Math.max(0, width - length(line)) + 2)).append(line.comment);
                }
                text.append('\n');
            }
            i = Math.max(end, i + 1);
        }
        return text.toString();
    }

    private static int length(Line line) {
        return line.text.codePointCount(0, line.text.length());
    }
}
