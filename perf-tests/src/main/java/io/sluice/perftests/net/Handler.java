package io.sluice.perftests.net;

/** What a reactor calls when its descriptor is ready; runs on the reactor's thread. */
@FunctionalInterface
public interface Handler {
    /** @param events the bits of {@link io.sluice.ringbuffers.syscall.Epoll} */
    void ready(int events);
}
