package io.sluice.perftests.cli;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** How two results were made differently, in words: then their figures do not differ by the target alone. Stateless. */
final class PlanDifference {
    /** Whom a load went to may differ, and the dice; the mode has a remark of its own. */
    private static final Set<String> MAY_DIFFER = Set.of("targets", "seed", "mode");
    /** What stands for the plan in a result of `sluice perf run`. */
    private static final List<String> SETTING = List.of("topology", "layout", "warm-up-seconds", "seconds", "visits",
            "idle-connections");

    private PlanDifference() {
    }

    static Optional<String> between(JsonNode a, JsonNode b) {
        JsonNode before = a.has("plan") ? a.path("plan") : a;
        JsonNode after = b.has("plan") ? b.path("plan") : b;
        Set<String> keys = new LinkedHashSet<>(SETTING);
        if (a.has("plan") || b.has("plan")) {
            keys.clear();
            keys.addAll(before.propertyNames());
            keys.addAll(after.propertyNames());
            keys.removeAll(MAY_DIFFER);
        }
        String different = keys.stream().filter(key -> !Objects.equals(word(before, key), word(after, key)))
                .map(key -> key + " " + word(before, key) + " and " + word(after, key))
                .collect(Collectors.joining("; "));
        return different.isEmpty() ? Optional.empty() : Optional.of("the plans differ: " + different);
    }

    private static String word(JsonNode plan, String key) {
        return plan.path(key).asString("none");
    }
}
