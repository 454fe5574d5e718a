/**
 * The durable copy of affinity and sessions in a file of its own, whose one implementation stands in
 * {@code conntrack/store}.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.conntrack.store;
