/** Memory shared with other processes: files mapped by the daemon and read, or shared, by everyone else. */
@org.jspecify.annotations.NullMarked
package io.sluice.ringbuffers.mapped;
