/**
 * Fails the build when a benchmark allocates, or falls behind its baseline, beyond what {@code bench/limits.yaml}
 * allows.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.bench.gate;
