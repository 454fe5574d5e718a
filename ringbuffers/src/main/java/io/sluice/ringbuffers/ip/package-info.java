/**
 * IP addresses, networks and endpoints: how they are read, written, compared and matched, once for all of Sluice. Every
 * address is 128 bits, two longs in network order; IPv4 lies in its IPv4-mapped place ({@code ::ffff:0:0/96}, RFC 4291
 * section 2.5.5.2), and what lies there is IPv4. So tables, packets and routes handle one shape, and the data path
 * works on the two longs without an object. Nothing here ever asks DNS.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.ringbuffers.ip;
