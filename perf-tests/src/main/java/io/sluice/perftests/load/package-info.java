/** The load generator: plans, arrival schedules, the drivers that make traffic and the results they leave. */
@org.jspecify.annotations.NullMarked
package io.sluice.perftests.load;
