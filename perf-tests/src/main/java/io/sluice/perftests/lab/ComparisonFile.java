package io.sluice.perftests.lab;

import io.sluice.perftests.host.Fingerprint;
import io.sluice.perftests.load.ResultFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A comparison as JSON, there and back. Stateless. */
public final class ComparisonFile {
    public static final String KIND = "sluice-perf";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ComparisonFile() {
    }

    public static void write(Comparison comparison, Path file) throws IOException {
        Path whole = file.resolveSibling(file.getFileName() + ".new"); // whoever is stopped here leaves the one before
        Files.writeString(whole, json(comparison).toPrettyString() + "\n");
        Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
    }

    public static ObjectNode json(Comparison comparison) {
        ObjectNode root = JSON.createObjectNode();
        root.put("kind", KIND).put("format", 1).put("started", comparison.started.toString())
                .put("topology", comparison.topology).put("layout", comparison.layout);
        root.put("rounds", comparison.rounds).put("rounds-done", comparison.roundsDone)
                .put("warm-up-seconds", comparison.timing.warmUpNs() / 1e9)
                .put("seconds", comparison.timing.measuredNs() / 1e9)
                .put("visits", comparison.timing.visits())
                .put("idle-connections", comparison.timing.idleConnections());
        ObjectNode contenders = root.putObject("contenders");
        comparison.contenders.forEach(contenders::put);
        ObjectNode workloads = root.putObject("workloads");
        comparison.workloads.forEach(workloads::put);
        ObjectNode environment = root.putObject("environment");
        comparison.environment.ordered().forEach(environment::put);
        ArrayNode remarks = root.putArray("remarks");
        comparison.remarks.forEach(remarks::add);
        ArrayNode results = root.putArray("results");
        for (Series series : comparison.series) {
            ObjectNode one = results.addObject();
            one.put("contender", series.contender()).put("workload", series.workload())
                    .put("metric", series.metric().word).put("median", series.median()).put("min", series.min())
                    .put("max", series.max());
            ArrayNode values = one.putArray("values");
            for (double value : series.values()) {
                if (Double.isNaN(value)) {
                    values.addNull();
                } else {
                    values.add(value);
                }
            }
        }
        ObjectNode latencies = root.putObject("latency-histograms");
        comparison.latencies.forEach((key, histogram) -> latencies.put(key, ResultFile.encode(histogram)));
        ArrayNode timelines = root.putArray("timelines");
        comparison.timelines.forEach(timeline -> timelines.add(JSON.valueToTree(timeline)));
        return root;
    }

    public static Comparison read(Path file) throws IOException {
        JsonNode root = JSON.readTree(Files.readString(file));
        if (!root.path("kind").asString("").equals(KIND)) {
            throw new IOException(file + " is no result of `sluice perf run`");
        }
        Map<String, String> facts = new LinkedHashMap<>();
        root.path("environment").propertyStream().forEach(fact -> facts.put(fact.getKey(), fact.getValue().asString()));
        Timing timing = new Timing(Math.round(root.path("warm-up-seconds").asDouble() * 1e9),
                Math.round(root.path("seconds").asDouble() * 1e9), root.path("visits").asInt(1),
                root.path("idle-connections").asInt());
        Comparison comparison = new Comparison(Instant.parse(root.path("started").asString()),
                root.path("topology").asString(), root.path("layout").asString(), root.path("rounds").asInt(), timing,
                new Fingerprint(facts));
        comparison.roundsDone = root.path("rounds-done").asInt(comparison.rounds);
        root.path("contenders").propertyStream()
                .forEach(one -> comparison.contenders.put(one.getKey(), one.getValue().asString()));
        root.path("workloads").propertyStream()
                .forEach(one -> comparison.workloads.put(one.getKey(), one.getValue().asString()));
        root.path("remarks").forEach(remark -> comparison.remarks.add(remark.asString()));
        for (JsonNode one : root.path("results")) {
            JsonNode values = one.path("values");
            for (int round = 0; round < values.size(); round++) {
                double value = values.get(round).isNull() ? Double.NaN : values.get(round).asDouble();
                comparison.put(one.path("contender").asString(), one.path("workload").asString(),
                        Metric.of(one.path("metric").asString()), round, value);
            }
        }
        root.path("latency-histograms").propertyStream()
                .forEach(one -> comparison.latencies.put(one.getKey(), ResultFile.decode(one.getValue().asString())));
        for (JsonNode one : root.path("timelines")) {
            comparison.timelines.add(timeline(one));
        }
        return comparison;
    }

    private static Timeline timeline(JsonNode node) {
        List<Timeline.Moment> moments = new ArrayList<>();
        node.path("moments").forEach(moment -> moments
                .add(new Timeline.Moment(moment.path("atSeconds").asDouble(), moment.path("p50Us").asDouble(),
                        moment.path("p99Us").asDouble(), moment.path("maxUs").asDouble())));
        List<Timeline.Pause> pauses = new ArrayList<>();
        node.path("pauses").forEach(pause -> pauses.add(new Timeline.Pause(pause.path("atSeconds").asDouble(),
                pause.path("milliseconds").asDouble(), pause.path("what").asString())));
        return new Timeline(node.path("contender").asString(), node.path("workload").asString(), moments, pauses);
    }
}
