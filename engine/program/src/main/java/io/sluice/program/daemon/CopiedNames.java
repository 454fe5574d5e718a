package io.sluice.program.daemon;

import io.sluice.conntrack.store.ServerNames;
import io.sluice.control.api.Status;
import io.sluice.control.api.Status.ServerStatus;
import io.sluice.control.api.Status.ServiceStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Names of real servers for the durable copy, from the conductor's status; the store's thread alone. */
final class CopiedNames implements ServerNames {
    private static final long FRESH_NS = 1_000_000_000L;

    private final Supplier<@Nullable Status> status;
    private Map<Key, String> names = Map.of();
    private long madeNs;

    private record Key(long scope, long server) {
    }

    CopiedNames(Supplier<@Nullable Status> status) {
        this.status = status;
        madeNs = System.nanoTime() - FRESH_NS;
    }

    @Override
    public @Nullable String of(long scope, long serverId) {
        long nowNs = System.nanoTime();
        if (nowNs - madeNs >= FRESH_NS) {
            Status now = status.get();
            names = now == null ? Map.of() : names(now);
            madeNs = nowNs;
        }
        return names.get(new Key(scope, serverId));
    }

    private static Map<Key, String> names(Status status) {
        Map<Key, String> names = new HashMap<>();
        for (ServiceStatus service : status.everyService()) {
            service.servers().forEach(server -> add(names, service, server));
            service.removed().forEach(server -> add(names, service, server));
            ServerStatus fallback = service.fallback();
            if (fallback != null) {
                add(names, service, fallback);
            }
        }
        return names;
    }

    /** Where services share an affinity group, the first one gives the name. */
    private static void add(Map<Key, String> names, ServiceStatus service, ServerStatus server) {
        String name = service.name() + "/" + server.name();
        names.putIfAbsent(new Key(service.id(), server.id()), name);
        if (service.affinityGroup() != 0) {
            names.putIfAbsent(new Key(service.affinityGroup(), server.id()), name);
        }
    }
}
