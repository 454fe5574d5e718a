package io.sluice.engine.conductor;

import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;

/** Answers to a name that nothing has. */
final class Names {
    private static final int LISTED = 8;

    private Names() {
    }

    static String noService(String wanted, Collection<String> known) {
        return "no service is called " + wanted + suggestion(wanted, known, "services");
    }

    static String noServer(String service, String wanted, Collection<String> known) {
        return "service " + service + " has no server " + wanted + suggestion(wanted, known, "servers");
    }

    private static String suggestion(String wanted, Collection<String> known, String what) {
        if (known.isEmpty()) {
            return ": there are no " + what;
        }
        String nearest = known.stream().min(Comparator.comparingInt(name -> distance(wanted, name))).orElseThrow();
        if (distance(wanted, nearest) <= Math.max(2, wanted.length() / 2)) {
            return "; did you mean " + nearest + "?";
        }
        String list = known.stream().limit(LISTED).collect(Collectors.joining(", "));
        return "; " + what + ": " + list + (known.size() > LISTED ? ", ..." : "");
    }

    /** Levenshtein's, without regard to case. */
    private static int distance(String from, String to) {
        String a = from.toLowerCase(java.util.Locale.ROOT);
        String b = to.toLowerCase(java.util.Locale.ROOT);
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(last[j], current[j - 1]) + 1);
            }
            last = current;
        }
        return last[b.length()];
    }
}
