package io.sluice.perftests.history;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * One measured build: medians by figure (`rr-64/p99`), and where there was a control, their ratio to it
 * (`rr-64/p99/control`).
 *
 * @param setting topology and length of the trials: only entries of one setting compare
 * @param environment name of the fingerprint: only entries of one environment compare
 */
public record Entry(Instant time, String build, String contender, String setting, String environment,
        Map<String, String> facts, Map<String, Double> figures) {
    public Entry {
        facts = Collections.unmodifiableMap(new TreeMap<>(facts));
        figures = Collections.unmodifiableMap(new TreeMap<>(figures));
    }
}
