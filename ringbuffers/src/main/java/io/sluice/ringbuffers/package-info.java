/** The floor: every hand-over between threads, processes and the kernel. */
@org.jspecify.annotations.NullMarked
package io.sluice.ringbuffers;
