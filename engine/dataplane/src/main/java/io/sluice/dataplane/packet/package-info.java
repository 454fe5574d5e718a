/**
 * Packets without sockets: the program in C (src/main/bpf) as Java sees it. Every structure that both share has its
 * class here, named as there.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.dataplane.packet;
