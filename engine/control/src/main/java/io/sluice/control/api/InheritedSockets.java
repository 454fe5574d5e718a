package io.sluice.control.api;

import io.sluice.conntrack.Protocol;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.syscall.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Listening sockets that are open already: those of the process before this one, or of systemd. A listener whose
 * address is among them takes them rather than opening its own, so that no client is refused. One thread at a time: who
 * collects them, then the conductor's.
 */
public final class InheritedSockets {
    private final Map<Key, List<Integer>> byAddress = new LinkedHashMap<>();

    private record Key(Protocol protocol, Endpoint address) {
    }

    /** One more socket; it belongs to this collection until it is taken. */
    public void add(Protocol protocol, Endpoint address, int fd) {
        byAddress.computeIfAbsent(new Key(protocol, address), absent -> new ArrayList<>()).add(fd);
    }

    /** Those of an address, which now belong to the caller; empty where there are none. */
    public List<Integer> take(Protocol protocol, Endpoint address) {
        List<Integer> taken = byAddress.remove(new Key(protocol, address));
        return taken == null ? List.of() : taken;
    }

    /** Those that nobody has taken. */
    public Set<Integer> descriptors() {
        return byAddress.values().stream().flatMap(List::stream).collect(Collectors.toSet());
    }

    /** Addresses whose sockets nobody has taken, for messages. */
    public List<String> untaken() {
        return byAddress.keySet().stream()
                .map(key -> key.protocol().word() + " "
                        + key.address())
                .toList();
    }

    /** Closes what nobody has taken. */
    public void close() {
        descriptors().forEach(Files::close);
        byAddress.clear();
    }
}
