/** Which real server a client gets, within which limits; shared by the relay and UDP, called on worker threads. */
@org.jspecify.annotations.NullMarked
package io.sluice.engine.choice;
