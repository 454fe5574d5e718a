/** The packaged program judged as a black box: load generator, contenders, gates, report. */
@org.jspecify.annotations.NullMarked
package io.sluice.perftests;
