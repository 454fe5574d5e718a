/**
 * One self-contained HTML page from what was measured: charts inlined, no script, no network, light and dark, wide and
 * narrow.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.perftests.report;
