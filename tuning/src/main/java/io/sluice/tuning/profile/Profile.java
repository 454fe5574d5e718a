package io.sluice.tuning.profile;

import io.sluice.tuning.facts.HostSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A set of settings for one aim. What it changes is found by comparing with the host. */
public enum Profile {
    /** Answers soon: CPUs stay awake and fast, cards interrupt at once. Costs power and some throughput. */
    LOW_LATENCY,
    /** Moves much: large buffers, full rings, work spread over all CPUs. */
    HIGH_THROUGHPUT;

    /** As in {@code --profile}: low-latency, high-throughput. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Profile> named(String word) {
        return Stream.of(values()).filter(profile -> profile.word().equals(word)).findFirst();
    }

    /**
     * What would change here; settings that the host does not have or that are already good enough are left out.
     *
     * @param only ids of checks; everything when empty
     * @param listenPorts ports that Sluice listens on, which must stay free for it
     */
    public List<SettingChange> plan(HostSource host, Set<String> only, Set<Integer> listenPorts) {
        Plan plan = new Plan(host, only);
        CommonSettings.add(plan, listenPorts);
        switch (this) {
            case LOW_LATENCY -> LatencySettings.add(plan);
            case HIGH_THROUGHPUT -> ThroughputSettings.add(plan);
        }
        return plan.changes();
    }
}
