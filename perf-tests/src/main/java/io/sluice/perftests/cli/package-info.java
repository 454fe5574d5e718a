/** The commands `sluice perf` and `sluice compare`. */
@org.jspecify.annotations.NullMarked
package io.sluice.perftests.cli;
