/** Benchmarks of the schedulers. */
@org.jspecify.annotations.NullMarked
package io.sluice.bench.scheduler;
