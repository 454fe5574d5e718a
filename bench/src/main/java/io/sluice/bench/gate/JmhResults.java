package io.sluice.bench.gate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the result file of JMH ({@code -rf json}). */
final class JmhResults {
    private static final String ALLOCATION = "gc.alloc.rate.norm";
    private static final Map<String, Double> NS_PER_UNIT = Map.of("ns/op", 1.0, "us/op", 1e3, "ms/op", 1e6, "s/op",
            1e9);

    private JmhResults() {
    }

    static List<Measurement> read(Path file) {
        List<Measurement> measurements = new ArrayList<>();
        for (JsonNode result : JsonMapper.shared().readTree(file)) {
            Map<String, String> parameters = new LinkedHashMap<>();
            result.path("params").properties().forEach(p -> parameters.put(p.getKey(), p.getValue().asString()));
            measurements.add(new Measurement(simpleName(result.path("benchmark").asString()), parameters,
                    times(result.path("primaryMetric")), allocation(result.path("secondaryMetrics")),
                    nanoseconds(result.path("measurementTime").asString())));
        }
        return measurements;
    }

    /** {@code io.sluice.bench.scheduler.SchedulerBenchmark.choose} is {@code SchedulerBenchmark.choose}. */
    static String simpleName(String benchmark) {
        int method = benchmark.lastIndexOf('.');
        return benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1);
    }

    /** {@code 300 ms}, {@code 1 s}. */
    private static double nanoseconds(String time) {
        int space = time.indexOf(' ');
        return Double.parseDouble(time.substring(0, space))
                * NS_PER_UNIT.getOrDefault(time.substring(space + 1) + "/op", Double.NaN);
    }

    private static List<Double> times(JsonNode metric) {
        Double nsPerUnit = NS_PER_UNIT.get(metric.path("scoreUnit").asString());
        List<Double> times = new ArrayList<>();
        if (nsPerUnit != null) {
            for (JsonNode fork : metric.path("rawData")) {
                for (JsonNode iteration : fork) {
                    times.add(iteration.asDouble() * nsPerUnit);
                }
            }
        }
        return times;
    }

    private static double allocation(JsonNode metrics) {
        for (Map.Entry<String, JsonNode> metric : metrics.properties()) {
            if (metric.getKey().endsWith(ALLOCATION)) {
                return metric.getValue().path("score").asDouble(Double.NaN);
            }
        }
        return Double.NaN;
    }
}
