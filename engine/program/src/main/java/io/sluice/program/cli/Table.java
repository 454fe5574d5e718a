package io.sluice.program.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows in aligned columns, two spaces between them, numbers to the right. One thread. */
public final class Table {
    private static final String GAP = "  ";

    private final List<String> headings;
    private final List<Boolean> rightAligned;
    private final List<List<String>> rows = new ArrayList<>();

    /** A heading that begins with {@code >} makes its column right-aligned. */
    public Table(String... headings) {
        this.headings = new ArrayList<>();
        this.rightAligned = new ArrayList<>();
        for (String heading : headings) {
            rightAligned.add(heading.startsWith(">"));
            this.headings.add(heading.startsWith(">") ? heading.substring(1) : heading);
        }
    }

    /** Adds a row; cells may carry colour. */
    public Table row(Object... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(cells.length + " cells under " + headings.size() + " headings");
        }
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(String.valueOf(cell));
        }
        rows.add(row);
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The lines, headings first. */
    public List<String> lines(Style style) {
        int[] widths = new int[headings.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = Style.width(headings.get(column));
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], Style.width(row.get(column)));
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add(style.bold(line(headings, widths)));
        rows.forEach(row -> lines.add(line(row, widths)));
        return lines;
    }

    private String line(List<String> cells, int[] widths) {
        var line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = cells.get(column);
            String padding = " ".repeat(widths[column] - Style.width(cell));
            line.append(rightAligned.get(column) ? padding + cell : cell + padding);
            line.append(GAP);
        }
        return line.toString().stripTrailing();
    }
}
