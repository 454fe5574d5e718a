package io.sluice.perftests.history;

import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.Metric;
import io.sluice.perftests.lab.Series;
import io.sluice.perftests.stats.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The history file: JSON lines, appended, never rewritten. Stateless; appending is one write, so runs may overlap. */
public final class History {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private History() {
    }

    public static void append(Path file, Entry entry) throws IOException {
        ObjectNode line = JSON.createObjectNode();
        line.put("time", entry.time().toString()).put("build", entry.build()).put("contender", entry.contender())
                .put("setting", entry.setting()).put("environment", entry.environment());
        ObjectNode facts = line.putObject("facts");
        entry.facts().forEach(facts::put);
        ObjectNode figures = line.putObject("figures");
        entry.figures().forEach(figures::put);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    public static List<Entry> read(Path file) throws IOException {
        List<Entry> entries = new ArrayList<>();
        int number = 0;
        for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                entries.add(entry(JSON.readTree(line)));
            } catch (JacksonException | java.time.DateTimeException e) {
                throw new IOException(file + ":" + number + ": not a line of this history: " + e.getMessage(), e);
            }
        }
        return entries;
    }

    private static Entry entry(JsonNode line) {
        Map<String, String> facts = new TreeMap<>();
        line.path("facts").propertyStream().forEach(fact -> facts.put(fact.getKey(), fact.getValue().asString()));
        Map<String, Double> figures = new TreeMap<>();
        line.path("figures").propertyStream()
                .forEach(figure -> figures.put(figure.getKey(), figure.getValue().asDouble()));
        return new Entry(Instant.parse(line.path("time").asString()), line.path("build").asString(),
                line.path("contender").asString(), line.path("setting").asString(),
                line.path("environment").asString(), facts, figures);
    }

    /** One entry per contender of a comparison, the control aside. */
    public static List<Entry> entries(Comparison comparison, String build) {
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, String> contender : comparison.contenders.entrySet()) {
            Map<String, Double> figures = new TreeMap<>();
            for (Series series : comparison.series) {
                if (series.contender().equals(contender.getKey()) && series.present().length > 0) {
                    String name = series.workload() + "/" + series.metric().word;
                    figures.put(name, series.median());
                    toControl(comparison, series).ifPresent(ratio -> figures.put(name + "/control", ratio));
                }
            }
            if (!figures.isEmpty() && !contender.getKey().equals("direct")) {
                String which = contender.getKey().startsWith("sluice") || contender.getKey().equals("candidate")
                        ? build
                        : contender.getValue();
                entries.add(new Entry(comparison.started, which, contender.getKey(), comparison.setting(),
                        comparison.environment.name(), comparison.environment.facts(), figures));
            }
        }
        return entries;
    }

    private static Optional<Double> toControl(Comparison comparison, Series series) {
        if (series.contender().equals("direct") || series.metric() == Metric.BYTES_PER_CONNECTION) {
            return Optional.empty();
        }
        return comparison.find("direct", series.workload(), series.metric()).map(series::ratios)
                .filter(ratios -> ratios.length > 0).map(Samples::median);
    }

    /** Those that compare: same contender, setting and environment; in the order they were appended. */
    public static List<Entry> comparable(List<Entry> entries, String contender, String setting, String environment) {
        return entries.stream().filter(entry -> entry.contender().equals(contender) && entry.setting().equals(setting)
                && entry.environment().equals(environment)).toList();
    }
}
