/** A record for each connection and session that ended: handed over by workers, written by a thread of its own. */
@org.jspecify.annotations.NullMarked
package io.sluice.engine.log;
