package io.sluice.dataplane.udp;

import java.util.HashMap;
import java.util.Map;

/**
 * Which server each session of the process before this one had. Filled by the control plane before the first Routes
 * with listeners, where the durable copy knows more also later; read by workers, emptied when those sessions would have
 * ended.
 */
public final class FormerSessions {
    /** Answer for a client that had no session. */
    public static final long UNKNOWN = 0;
    static final FormerSessions NONE = new FormerSessions();

    private volatile Map<Key, Long> servers = Map.of();

    private record Key(long service, long clientHigh, long clientLow, int clientPort, int servicePort) {
    }

    /** Collects sessions. */
    public static final class Filling {
        private final Map<Key, Long> servers = new HashMap<>();

        /** A session; the last one said counts. */
        public void add(long service, long clientHigh, long clientLow, int clientPort, int servicePort, long server) {
            servers.put(new Key(service, clientHigh, clientLow, clientPort, servicePort), server);
        }

        /** How many there are. */
        public int size() {
            return servers.size();
        }
    }

    /** Takes over what was collected. */
    public void fill(Filling filling) {
        servers = Map.copyOf(filling.servers);
    }

    /** Takes over what was collected about clients that are not known yet; control plane, not while it is filled. */
    public void add(Filling filling) {
        Map<Key, Long> all = new HashMap<>(filling.servers);
        all.putAll(servers);
        servers = Map.copyOf(all);
    }

    /** Forgets all. */
    public void clear() {
        servers = Map.of();
    }

    /** The server's identity, or {@link #UNKNOWN}. */
    long serverOf(long service, long clientHigh, long clientLow, int clientPort, int servicePort) {
        Map<Key, Long> now = servers;
        return now.isEmpty()
                ? UNKNOWN
                : now.getOrDefault(new Key(service, clientHigh, clientLow, clientPort, servicePort), UNKNOWN);
    }
}
