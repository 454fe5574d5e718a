package io.sluice.control.config.model;

import java.util.Collection;
import java.util.stream.Collectors;

/** What a user who names something that nothing is called gets to read. Immutable; any thread. */
public final class NoSuchName {
    private static final int LISTED = 8;

    private NoSuchName() {
    }

    public static String service(String wanted, Collection<String> known) {
        return "no virtual service is called '" + wanted + "'" + meant(wanted, known);
    }

    public static String server(String service, String wanted, Collection<String> known) {
        return "virtual service " + service + " has no server called '" + wanted + "'" + meant(wanted, known);
    }

    private static String meant(String wanted, Collection<String> known) {
        if (known.isEmpty()) {
            return "; there is none at all";
        }
        return Distance.nearest(wanted, known).map(near -> "; did you mean '" + near + "'?").orElseGet(() -> "; known: "
                + known.stream().limit(LISTED).collect(Collectors.joining(", "))
                + (known.size() > LISTED ? ", ..." : ""));
    }
}
