/** Benchmarks of the off-heap tables. */
@org.jspecify.annotations.NullMarked
package io.sluice.bench.conntrack;
