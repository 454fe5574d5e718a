/** Benchmarks of what hands things from thread to thread: rings and counters. */
@org.jspecify.annotations.NullMarked
package io.sluice.bench.rings;
