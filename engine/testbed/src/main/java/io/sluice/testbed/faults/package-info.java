/**
 * What goes wrong around a daemon, at moments that a seed chooses, under clients that check every byte: the schedule,
 * the load, and what may not have happened. Knows the daemon by {@link io.sluice.testbed.faults.FaultTarget} alone.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.testbed.faults;
