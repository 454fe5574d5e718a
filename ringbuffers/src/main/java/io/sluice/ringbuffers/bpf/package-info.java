/**
 * BPF: programs and maps of the kernel, from an object file that clang has compiled to their descriptors. Names are the
 * kernel's (linux/bpf.h). For the control plane: a failure is an exception that says what was attempted.
 */
@org.jspecify.annotations.NullMarked
package io.sluice.ringbuffers.bpf;
