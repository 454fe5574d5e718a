package io.sluice.scheduler;

import org.jspecify.annotations.Nullable;

/** The schedulers a virtual service can name in its configuration. */
public enum SchedulerKind {
    ROUND_ROBIN("round-robin"),
    WEIGHTED_ROUND_ROBIN("weighted-round-robin"),
    LEAST_CONNECTIONS("least-connections"),
    WEIGHTED_LEAST_CONNECTIONS("weighted-least-connections"),
    SOURCE_HASH("source-hash"),
    MAGLEV("maglev"),
    RANDOM_OF_TWO("random-of-two");

    private final String configName;

    SchedulerKind(String configName) {
        this.configName = configName;
    }

    /** The kind of this name in the configuration, or null when there is none. */
    public static @Nullable SchedulerKind named(String configName) {
        for (SchedulerKind kind : values()) {
            if (kind.configName.equals(configName)) {
                return kind;
            }
        }
        return null;
    }

    /** The name used in the configuration and in everything printed. */
    public String configName() {
        return configName;
    }

    /** Whether the choice depends on the client alone, so that it can be foretold and several nodes agree on it. */
    public boolean followsClient() {
        return this == SOURCE_HASH || this == MAGLEV;
    }

    /** Whether a weight other than 0 changes a server's share. */
    public boolean weighted() {
        return this != ROUND_ROBIN && this != LEAST_CONNECTIONS;
    }
}
