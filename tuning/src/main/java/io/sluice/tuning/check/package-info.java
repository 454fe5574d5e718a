/** What is wrong on a host for a load balancer, why, and the command that mends it. */
@org.jspecify.annotations.NullMarked
package io.sluice.tuning.check;
