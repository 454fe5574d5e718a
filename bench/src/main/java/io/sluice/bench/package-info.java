/** Micro-benchmarks and concurrency stress. */
@org.jspecify.annotations.NullMarked
package io.sluice.bench;
