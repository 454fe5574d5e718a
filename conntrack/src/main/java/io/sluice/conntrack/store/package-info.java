/**
 * What is kept in files of their own: the administrators' overrides, and the durable copy of affinity and sessions,
 * whose one implementation stands in {@code conntrack/store}.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.conntrack.store;
