/**
 * A record for each connection and session that ended: handed over by workers, written by a thread of its own; and the
 * daemon's log as JSON.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.program.log;
