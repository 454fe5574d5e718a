/**
 * Health checks: asks every real server in its turn whether it is up, and tells a listener when the answer changes. One
 * thread, {@code health}, owns all state and timers; each probe runs on a virtual thread of its own, so none waits for
 * another.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.control.health;
