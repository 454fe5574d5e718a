package io.sluice.bench.gate;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The limits file.
 *
 * @param toleranceBytesPerIteration what JMH itself may allocate in an iteration, however many operations it has
 * @param parameters the values of {@code @Param} fields the gate runs with; other fields take all their values
 * @param allocation bytes per operation for each benchmark, or {@code any}
 * @param ratios how long one benchmark may take in units of another
 */
record Limits(long toleranceBytesPerIteration, Map<String, String> parameters, Map<String, String> allocation,
        List<Ratio> ratios) {
    /** Allocation limit of a benchmark that is not gated. */
    static final String ANY = "any";

    Limits {
        parameters = Objects.requireNonNullElse(parameters, Map.of());
        ratios = Objects.requireNonNullElse(ratios, List.of());
    }

    /** A limit on time relative to another benchmark of the same run, wherever the parameters both have are equal. */
    record Ratio(Side of, Side to, double atMost) {
    }

    /** One side of a ratio: a benchmark, restricted to these parameter values. */
    record Side(String benchmark, Map<String, String> with) {
        Side {
            with = Objects.requireNonNullElse(with, Map.of());
        }

        boolean matches(Measurement measurement) {
            return measurement.benchmark().equals(benchmark)
                    && measurement.parameters().entrySet().containsAll(with.entrySet());
        }
    }

    Limits withoutRatios() {
        return new Limits(toleranceBytesPerIteration, parameters, allocation, List.of());
    }

    /** Those of benchmarks whose names match; a ratio where the benchmark it limits does. */
    Limits only(Pattern names) {
        Map<String, String> chosen = new LinkedHashMap<>(allocation);
        chosen.replaceAll((benchmark, limit) -> names.matcher(benchmark).find() ? limit : ANY);
        return new Limits(toleranceBytesPerIteration, parameters, chosen, ratios.stream()
                .filter(ratio -> names.matcher(ratio.of().benchmark()).find()).toList());
    }

    static Limits read(Path file) {
        return YAMLMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE).build().readValue(file,
                Limits.class);
    }
}
