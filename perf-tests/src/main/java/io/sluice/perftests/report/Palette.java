package io.sluice.perftests.report;

import java.util.ArrayList;
import java.util.List;

/**
 * One colour per contender, the same in every chart of a page: the style sheet's c0..c5, the control always grey.
 * Immutable.
 */
final class Palette {
    private static final int COLOURS = 6;

    private final List<String> names;

    Palette(Iterable<String> contenders) {
        List<String> coloured = new ArrayList<>();
        contenders.forEach(name -> {
            if (!name.equals("direct")) {
                coloured.add(name);
            }
        });
        names = List.copyOf(coloured);
    }

    /** The style class. */
    String of(String contender) {
        int index = names.indexOf(contender);
        return index < 0 ? "control" : "c" + index % COLOURS;
    }
}
