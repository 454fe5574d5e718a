/**
 * UDP virtual services: datagrams forwarded through sessions, layer-4 SNAT by sockets. Everything here belongs to one
 * worker's thread; nothing is allocated per datagram.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.dataplane.udp;
