/** Benchmarks of the steps of a relayed connection. */
@org.jspecify.annotations.NullMarked
package io.sluice.bench.relay;
