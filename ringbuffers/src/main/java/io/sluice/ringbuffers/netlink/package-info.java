/**
 * Netlink: the kernel's interfaces, addresses, neighbours and routes, without a program that prints them. Names are the
 * kernel's (linux/rtnetlink.h, linux/genetlink.h). For the control plane: a failure is an exception in words.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.ringbuffers.netlink;
