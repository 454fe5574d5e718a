/**
 * TCP proxy mode: accepts, chooses, connects, relays and closes. Everything here belongs to one worker's thread; the
 * data path allocates nothing per read or write.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.dataplane.relay;
