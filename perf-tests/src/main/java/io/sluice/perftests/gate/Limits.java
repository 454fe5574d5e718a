package io.sluice.perftests.gate;

import io.sluice.perftests.lab.Metric;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The limits of every gated figure, from gates.yaml. Immutable. */
public record Limits(int pairs, double significance, Map<Figure, Limit> limits) {
    public Limits {
        limits = java.util.Collections.unmodifiableMap(new TreeMap<>(limits));
    }

    /** The file in perf-tests, as it was packaged. */
    public static Limits packaged() throws IOException {
        try (InputStream in = Limits.class.getResourceAsStream("/gates.yaml")) {
            if (in == null) {
                throw new IOException("gates.yaml is missing in this build");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "gates.yaml");
        }
    }

    public static Limits read(Path file) throws IOException {
        return parse(Files.readString(file), file.toString());
    }

    static Limits parse(String yaml, String file) {
        JsonNode root;
        try {
            root = YAMLMapper.builder().build().readTree(yaml);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + ": " + e.getOriginalMessage(), e);
        }
        for (String key : root.propertyNames()) {
            if (!key.equals("pairs") && !key.equals("significance") && !key.equals("gates")) {
                throw new IllegalArgumentException(file + ": unknown key '" + key + "'; pairs, significance, gates");
            }
        }
        int pairs = root.path("pairs").asInt(10);
        double significance = root.path("significance").asDouble(0.01);
        if (pairs < 10 || significance <= 0 || significance > 0.05) {
            throw new IllegalArgumentException(
                    file + ": at least 10 pairs, and a significance in (0, 0.05]: fewer or looser is no proof");
        }
        Map<Figure, Limit> limits = new TreeMap<>();
        root.path("gates").propertyStream().forEach(workload -> workload.getValue().propertyStream().forEach(metric -> {
            Figure figure = new Figure(workload.getKey(), Metric.of(metric.getKey()));
            limits.put(figure, limit(metric.getValue(), file + ": " + figure));
        }));
        return new Limits(pairs, significance, limits);
    }

    /** `5%`: so much worse than the baseline; `at-most: 0`: that value, whatever the baseline. */
    private static Limit limit(JsonNode node, String where) {
        if (node.isObject() && node.path("at-most").isNumber() && node.size() == 1) {
            return Limit.atMost(node.path("at-most").asDouble());
        }
        String text = node.asString("");
        if (!text.matches("\\d+(\\.\\d+)?\\s*%")) {
            throw new IllegalArgumentException(
                    where + ": '" + node + "' is no limit: a percentage (5%) or { at-most: NUMBER }");
        }
        return Limit.worse(Double.parseDouble(text.replace("%", "").strip()) / 100);
    }
}
