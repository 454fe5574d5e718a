package io.sluice.control.config.yaml;

/** A place in the file, counted from 1. */
public record Position(int line, int column) {
    public static final Position START = new Position(1, 1);

    /**
     * The place of a character.
     *
     * @param index in code points, from 0
     */
    static Position of(String text, int index) {
        int end = text.offsetByCodePoints(0, Math.min(index, text.codePointCount(0, text.length())));
        int start = text.lastIndexOf('\n', end - 1) + 1;
        int line = (int) text.substring(0, start).chars().filter(c -> c == '\n').count();
        return new Position(line + 1, text.codePointCount(start, end) + 1);
    }
}
