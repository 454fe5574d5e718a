/**
 * Conversations that show whether a server works: steps as the configuration writes them, and those of protocols that
 * Sluice knows. Each is held on the probe's own thread, over a connection that the probe's deadline closes.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.control.health.dialogue;
