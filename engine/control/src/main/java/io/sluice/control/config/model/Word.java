package io.sluice.control.config.model;

import java.util.Locale;

/** A value of a closed list, written in the file as a kebab-case word. Implemented by enums. */
public interface Word {
    /** The constant's name, given by every enum. */
    String name();

    /** How the file spells it. */
    default String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
