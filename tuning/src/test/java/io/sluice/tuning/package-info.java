/** Tests of what the doctor finds on recorded hosts, and of profiles on a real one. */
@org.jspecify.annotations.NullMarked
package io.sluice.tuning;
