package io.sluice.bench.gate;

import java.util.List;
import java.util.Map;

/**
 * What JMH measured of one benchmark with one set of parameters.
 *
 * @param benchmark simple class name and method, as in {@code SchedulerBenchmark.choose}
 * @param parameters values of its {@code @Param} fields
 * @param nsPerOperation one average per iteration, of all forks; empty when it was not measured as time per operation
 * @param bytesPerOperation heap allocated per operation; NaN when the gc profiler did not run
 * @param iterationNs how long an iteration measured
 */
record Measurement(String benchmark, Map<String, String> parameters, List<Double> nsPerOperation,
        double bytesPerOperation, double iterationNs) {
    double fastestNs() {
        return nsPerOperation.stream().mapToDouble(ns -> ns).min().orElse(Double.NaN);
    }

    double slowestNs() {
        return nsPerOperation.stream().mapToDouble(ns -> ns).max().orElse(Double.NaN);
    }

    /** How many operations an iteration had, about. */
    double operationsPerIteration() {
        return iterationNs / nsPerOperation.stream().mapToDouble(ns -> ns).average().orElse(Double.NaN);
    }

    /** Whether no parameter that both have differs. */
    boolean comparableTo(Measurement other) {
        return parameters.entrySet().stream()
                .allMatch(p -> p.getValue().equals(other.parameters.getOrDefault(p.getKey(), p.getValue())));
    }

    String label() {
        return parameters.isEmpty() ? benchmark : benchmark + parameters;
    }
}
