package io.sluice.tuning.facts;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel said when the packet programs were tried. Immutable, any thread.
 *
 * @param answers by the name of a trial: {@code yes} with remarks, or {@code no} and why; empty where nothing was tried
 */
public record PacketTrial(Map<String, String> answers) {
    /** The trial's name among those of a {@link HostSource}. */
    public static final String NAME = "packet-engine";

    static PacketTrial read(HostSource source) {
        String lines = source.trial(NAME);
        return lines == null ? new PacketTrial(Map.of()) : of(lines);
    }

    private static PacketTrial of(String lines) {
        Map<String, String> answers = new LinkedHashMap<>();
        for (String line : lines.split("\n")) {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                answers.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
        return new PacketTrial(java.util.Collections.unmodifiableMap(answers));
    }

    public boolean wasMade() {
        return !answers.isEmpty();
    }

    public boolean succeeded(String trial) {
        return answer(trial).startsWith("yes");
    }

    /** Why it did not; empty where it did, or was not tried. */
    public String refusal(String trial) {
        String answer = answer(trial);
        return answer.startsWith("no: ") ? answer.substring(4) : "";
    }

    /** What it said beside yes. */
    public String remark(String trial) {
        String answer = answer(trial);
        return answer.startsWith("yes, ") ? answer.substring(5) : answer;
    }

    private String answer(String trial) {
        @Nullable
        String answer = answers.get(trial);
        return answer == null ? "" : answer;
    }
}
