/**
 * The statistics behind every verdict: medians and spread, Mann-Whitney, bootstrap, E-divisive. Pure functions, seeded.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.perftests.stats;
