/**
 * Linux system calls, one class per kernel interface, names and constants as the kernel has them. Every call answers as
 * the kernel does: a result of 0 or more, or the negated errno. {@link Errno} turns that number into words, once.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.ringbuffers.syscall;
