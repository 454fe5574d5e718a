/**
 * Measuring contenders: the test bed they are measured on, the workloads, rounds that interleave them, and what comes
 * out.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.perftests.lab;
