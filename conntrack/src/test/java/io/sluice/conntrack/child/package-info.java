/** Second processes for tests. */
@org.jspecify.annotations.NullMarked
package io.sluice.conntrack.child;
