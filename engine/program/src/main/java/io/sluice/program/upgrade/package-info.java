/**
 * One daemon after another without a refused connection: sockets, counters and sessions go from the process that drains
 * to the one that listens. Control plane.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.program.upgrade;
