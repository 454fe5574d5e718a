package io.sluice.perftests.gate;

import io.sluice.perftests.host.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What equal builds differ by on this machine, per figure: measured A/A, kept in a file per environment. Immutable. */
public record NoiseFloor(Instant measured, int pairs, String setting, Map<Figure, Double> bands) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public NoiseFloor {
        bands = java.util.Collections.unmodifiableMap(new TreeMap<>(bands));
    }

    /** From pairs whose baseline and candidate are the same build. */
    public static NoiseFloor of(Pairs equalBuilds, int pairs, String setting, Instant now) {
        Map<Figure, Double> bands = new TreeMap<>();
        for (Figure figure : equalBuilds.figures()) {
            double band = Judge.band(figure.metric(), equalBuilds.relative(Side.BASELINE, figure),
                    equalBuilds.relative(Side.CANDIDATE, figure));
            if (Double.isFinite(band)) {
                bands.put(figure, band);
            }
        }
        return new NoiseFloor(now, pairs, setting, bands);
    }

    /** This, and what an earlier calibration knows of figures that this one did not measure. */
    public NoiseFloor over(Optional<NoiseFloor> earlier) {
        Map<Figure, Double> all = new TreeMap<>(earlier.map(NoiseFloor::bands).orElse(Map.of()));
        all.putAll(bands);
        return new NoiseFloor(measured, pairs, setting, all);
    }

    /** NaN where this figure was never calibrated. */
    public double band(Figure figure) {
        return bands.getOrDefault(figure, Double.NaN);
    }

    /** Where it is kept: by environment, and by topology and length of the trials, since all of them make the noise. */
    public static Path file(Path folder, Fingerprint environment, String setting) {
        return folder.resolve("noise-" + environment.name() + "-" + setting + ".json");
    }

    public void write(Path file) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("kind", "sluice-noise-floor").put("measured", measured.toString()).put("pairs", pairs).put("setting",
                setting);
        ObjectNode all = root.putObject("bands");
        bands.forEach((figure, band) -> all.put(figure.toString(), band));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, root.toPrettyString() + "\n");
    }

    public static Optional<NoiseFloor> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonNode root = JSON.readTree(Files.readString(file));
        Map<Figure, Double> bands = new TreeMap<>();
        root.path("bands").propertyStream()
                .forEach(band -> bands.put(Figure.parse(band.getKey()), band.getValue().asDouble()));
        return Optional.of(new NoiseFloor(Instant.parse(root.path("measured").asString()), root.path("pairs").asInt(),
                root.path("setting").asString(), bands));
    }
}
