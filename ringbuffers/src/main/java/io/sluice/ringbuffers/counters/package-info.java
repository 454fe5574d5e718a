/** Counters that any process can read while the daemon runs, hangs or is gone. */
@org.jspecify.annotations.NullMarked
package io.sluice.ringbuffers.counters;
