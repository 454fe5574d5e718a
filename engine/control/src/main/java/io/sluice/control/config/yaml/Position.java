package io.sluice.control.config.yaml;

/** A place in the file, counted from 1. */
public record Position(int line, int column) {
    public static final Position START = new Position(1, 1);
}
