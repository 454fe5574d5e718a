/**
 * What a daemon shows of itself in mapped files, read by any process while it runs, hangs or after it died; and the
 * same as Prometheus metrics. Reads only; asks nothing of a worker or the conductor.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.program.observe;
