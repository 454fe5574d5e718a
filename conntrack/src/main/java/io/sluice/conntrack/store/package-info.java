/** What must outlive the host's memory: affinity in a Chronicle Map, overrides in a small file. Control plane only. */
@org.jspecify.annotations.NullMarked
package io.sluice.conntrack.store;
