package io.sluice.control.config.file;

import io.sluice.control.config.file.Change.Kind;
import io.sluice.control.config.model.Configuration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a reload from one configuration to another would change.
 *
 * @param opens addresses with ports that would be listened on in addition, such as {@code tcp 10.0.0.1:80}
 * @param closes those that would not be listened on any more
 */
public record Plan(List<Change> changes, List<String> opens, List<String> closes) {
    public Plan {
        changes = List.copyOf(changes);
        opens = List.copyOf(opens);
        closes = List.copyOf(closes);
    }

    public static Plan between(Configuration before, Configuration after) {
        return new Plan(ConfigurationDifference.of(before, after), SocketDifference.gained(before, after),
                SocketDifference.gained(after, before));
    }

    /** What a start would bring up, where nothing runs. */
    public static Plan fromNothing(Configuration after) {
        return between(after.withServices(List.of()), after);
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /** The keys at the top of the file whose change waits for a restart. */
    public List<String> needRestart() {
        return changes.stream().filter(change -> !change.live()).map(change -> change.what().split("\\.")[0]).distinct()
                .toList();
    }

    /**
     * One line of a plan as people read it.
     *
     * @param kind null: about the plan as a whole
     * @param depth 0 for what stands at the top, 1 for its parts
     */
    public record Line(@Nullable Kind kind, int depth, String text) {
        /** With sign and indentation. */
        @Override
        public String toString() {
            return "  ".repeat(depth) + (kind == null ? "" : kind.sign() + " ") + text;
        }
    }

    /** Every change, then the listening addresses, without the summary. */
    public List<Line> lines() {
        var lines = new ArrayList<Line>();
        changes.forEach(change -> addLines(change, 0, lines));
        opens.forEach(address -> lines.add(new Line(Kind.ADDED, 0, "listens on " + address)));
        closes.forEach(address -> lines.add(new Line(Kind.REMOVED, 0, "listens on " + address)));
        return lines;
    }

    private static void addLines(Change change, int depth, List<Line> lines) {
        lines.add(new Line(change.kind(), depth, change.text()));
        change.parts().forEach(part -> addLines(part, depth + 1, lines));
    }

    /** Every change on a line that makes sense by itself, for the log. */
    public List<String> remarks() {
        var remarks = new ArrayList<String>();
        for (Change change : changes) {
            if (change.what().equals("service")) {
                addRemarks(change, "service " + change.name(), remarks);
            } else {
                remarks.add(change.text());
            }
        }
        return remarks;
    }

    private static void addRemarks(Change change, String subject, List<String> remarks) {
        if (change.kind() != Kind.CHANGED) {
            String value = change.kind() == Kind.ADDED ? change.after() : change.before();
            remarks.add(subject + " " + change.kind().word() + ": " + value
                    + (change.effect().isEmpty() ? "" : "; " + change.effect()));
        }
        for (Change part : change.parts()) {
            if (part.what().equals("server")) {
                addRemarks(part, "server " + change.name() + "/" + part.name(), remarks);
            } else {
                remarks.add(subject + ": " + part.text());
            }
        }
    }

    /** How much changes, in one sentence. */
    public String summary() {
        if (isEmpty()) {
            return "no change";
        }
        List<String> parts = new ArrayList<>();
        List<Change> services = changes.stream().filter(change -> change.what().equals("service")).toList();
        List<Change> servers = services.stream().flatMap(service -> service.parts().stream())
                .filter(change -> change.what().equals("server")).toList();
        count("service", services, parts);
        count("server", servers, parts);
        long others = changes.size() - services.size();
        if (others > 0) {
            parts.add(others + (others == 1 ? " setting" : " settings") + " changed");
        }
        String restart = needRestart().isEmpty() ? "" : "; needs a restart for: " + String.join(", ", needRestart());
        return String.join(", ", parts) + restart;
    }

    private static void count(String noun, List<Change> changes, List<String> parts) {
        Map<Kind, Long> counts = changes.stream()
                .collect(Collectors.groupingBy(Change::kind, Collectors.counting()));
        for (Kind kind : Kind.values()) {
            long count = counts.getOrDefault(kind, 0L);
            if (count > 0) {
                parts.add(count + " " + noun + (count == 1 ? "" : "s") + " " + kind.word());
            }
        }
    }

    /** For programs: maps, lists, strings and booleans. */
    public Map<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("summary", summary());
        json.put("changes", changes.stream().map(Plan::json).toList());
        json.put("opens", opens);
        json.put("closes", closes);
        json.put("needs-restart", needRestart());
        return json;
    }

    private static Map<String, Object> json(Change change) {
        var json = new LinkedHashMap<String, Object>();
        json.put("change", change.kind().word());
        json.put("what", change.what());
        if (!change.name().isEmpty()) {
            json.put("name", change.name());
        }
        if (change.before() != null) {
            json.put("before", change.before());
        }
        if (change.after() != null) {
            json.put("after", change.after());
        }
        if (!change.effect().isEmpty()) {
            json.put("effect", change.effect());
        }
        json.put("live", change.live());
        if (!change.parts().isEmpty()) {
            json.put("parts", change.parts().stream().map(Plan::json).toList());
        }
        return json;
    }
}
