package io.sluice.dataplane.service;

import io.sluice.ringbuffers.ip.Endpoint;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A listening address of a virtual service and its sockets: bound by the conductor before the Routes that name them are
 * published, one per worker (SO_REUSEPORT), owned and closed by the worker from then on. The same instance stays from
 * one Routes to the next.
 *
 * <p>Sockets that were taken over may be more or fewer than the workers: those of another process, or of systemd.
 *
 * @param address as bound
 * @param descriptors the i-th belongs to worker {@code i % workers}; {@link #NONE} where there is none for it
 * @param workers how many share them
 */
public record Listener(Endpoint address, List<Integer> descriptors, int workers) {
    /** No socket. */
    public static final int NONE = -1;

    public Listener {
        descriptors = List.copyOf(descriptors);
    }

    /** One socket for each worker. */
    public Listener(Endpoint address, List<Integer> descriptors) {
        this(address, descriptors, descriptors.size());
    }

    /** The sockets of one worker. */
    public List<Integer> ofWorker(int worker) {
        return IntStream.range(0, descriptors.size()).filter(i -> i % workers == worker).map(descriptors::get)
                .filter(fd -> fd != NONE).boxed().toList();
    }
}
