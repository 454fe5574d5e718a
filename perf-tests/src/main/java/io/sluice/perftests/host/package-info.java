/** The machine a measurement was made on: what it is, and what its processes use. */
@org.jspecify.annotations.NullMarked
package io.sluice.perftests.host;
