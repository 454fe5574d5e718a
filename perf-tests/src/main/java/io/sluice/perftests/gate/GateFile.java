package io.sluice.perftests.gate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A gate's verdicts, and the noise floor they were made with, as JSON. Stateless. */
public final class GateFile {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private GateFile() {
    }

    public static void write(GateReport report, NoiseFloor floor, Path file) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("kind", "sluice-gate").put("exit-code", report.exitCode()).put("verdict", report.headline());
        ArrayNode verdicts = root.putArray("verdicts");
        for (Verdict verdict : report.verdicts()) {
            ObjectNode one = verdicts.addObject().put("figure", verdict.figure().toString()).put("answer",
                    verdict.answer().name());
            number(one, "baseline", verdict.baseline());
            number(one, "candidate", verdict.candidate());
            number(one, "worse", verdict.worse());
            number(one, "limit", verdict.limit());
            number(one, "band", verdict.band());
            number(one, "p", verdict.p());
        }
        ObjectNode bands = root.putObject("noise-floor").put("measured", floor.measured().toString())
                .put("pairs", floor.pairs()).put("setting", floor.setting()).putObject("bands");
        report.judgedBy(floor).bands().forEach((figure, band) -> bands.put(figure.toString(), band));
        Files.writeString(file, root.toPrettyString() + "\n");
    }

    private static void number(ObjectNode node, String key, double value) {
        if (Double.isFinite(value)) {
            node.put(key, value);
        }
    }

    public static GateReport readReport(Path file) throws IOException {
        List<Verdict> verdicts = new ArrayList<>();
        for (JsonNode one : root(file).path("verdicts")) {
            verdicts.add(new Verdict(Figure.parse(one.path("figure").asString()),
                    Verdict.Answer.valueOf(one.path("answer").asString()), number(one, "baseline"),
                    number(one, "candidate"),
                    number(one, "worse"), number(one, "limit"), number(one, "band"), number(one, "p")));
        }
        return new GateReport(verdicts);
    }

    public static NoiseFloor readFloor(Path file) throws IOException {
        JsonNode floor = root(file).path("noise-floor");
        Map<Figure, Double> bands = new TreeMap<>();
        floor.path("bands").propertyStream()
                .forEach(band -> bands.put(Figure.parse(band.getKey()), band.getValue().asDouble()));
        return new NoiseFloor(Instant.parse(floor.path("measured").asString()), floor.path("pairs").asInt(),
                floor.path("setting").asString(), bands);
    }

    private static JsonNode root(Path file) throws IOException {
        JsonNode root = JSON.readTree(Files.readString(file));
        if (!root.path("kind").asString("").equals("sluice-gate")) {
            throw new IOException(file + " is no result of `sluice perf gate`");
        }
        return root;
    }

    private static double number(JsonNode node, String key) {
        return node.path(key).asDouble(Double.NaN);
    }
}
