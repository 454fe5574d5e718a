/** What was measured over time: one line of JSON per run, and where the series changed. */
@org.jspecify.annotations.NullMarked
package io.sluice.perftests.history;
