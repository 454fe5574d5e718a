/** The daemon as a process: put together, started, signalled, succeeded by the next, stopped. */
@org.jspecify.annotations.NullMarked
package io.sluice.program.daemon;
