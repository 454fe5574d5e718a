package io.sluice.dataplane.service;

import io.sluice.conntrack.AffinityTable;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The virtual services of one kind on one worker and their listening sockets: takes Routes in, and says which sockets
 * open, belong to another service, and close. One worker's thread.
 *
 * @param <F> the kind
 * @param <S> a socket
 */
public final class ServiceTable<F extends Forwarding, S> {
    private final Class<F> kind;
    private final int worker;
    private final AffinityTable affinity;
    private final Sockets<F, S> sockets;
    private final Long2ObjectHashMap<ServiceEntry<F>> entries = new Long2ObjectHashMap<>();
    /** By identity: a listener is its sockets, and an equal one, made later, has others. */
    private final Map<Listener, Open<F, S>> open = new IdentityHashMap<>();

    /** A listener's sockets of this worker, and whose they are. */
    private record Open<F extends Forwarding, S>(ServiceEntry<F> entry, List<S> sockets) {
    }

    /** What the data plane does with its listening sockets; each call may throw, the others are made all the same. */
    public interface Sockets<F extends Forwarding, S> {
        /** One more; it is watched from now on. */
        S opened(ServiceEntry<F> entry, Listener listener, int fd);

        /** It belongs to that service, by another name perhaps; it was never closed in between, and refused nobody. */
        void moved(S socket, ServiceEntry<F> entry);

        /**
         * Nothing comes from there any more.
         *
         * @param reason for which clients end that cannot live without it
         */
        void closed(S socket, EndReason reason);

        /** Another process listens there from now on. */
        default void handedOver(S socket) {
            // it is closed
        }

        /** Whether it is kept for as long as its service is there, although nobody here listens. */
        default boolean isKept(S socket, boolean handedOver) {
            return false;
        }
    }

    /**
     * Makes an empty table.
     *
     * @param worker its index, which is the number it counts by
     * @param affinity the table all workers share
     */
    public ServiceTable(Class<F> kind, int worker, AffinityTable affinity, Sockets<F, S> sockets) {
        this.kind = kind;
        this.worker = worker;
        this.affinity = affinity;
        this.sockets = sockets;
    }

    /** Follows new Routes; where a part of that throws, the rest is done all the same. */
    public void onRoutes(Routes routes, EachInTurn all) {
        boolean handedOver = routes.tenure() instanceof Tenure.HandedOver;
        Set<Long> named = new HashSet<>();
        Map<Listener, VirtualService> wanted = new IdentityHashMap<>();
        for (VirtualService service : routes.services()) {
            if (kind.isInstance(service.forwarding())
                    && (handedOver || !service.forwarding().listeners().isEmpty())) {
                named.add(service.id());
                service.forwarding().listeners().forEach(listener -> wanted.put(listener, service));
                all.run(() -> enter(service, kind.cast(service.forwarding())));
            }
        }
        closeVanished(wanted.keySet(), named, routes.tenure(), all);
        entries.keySet().removeIf(id -> !named.contains(id)); // the clients of those live on; they hold the entry
        if (handedOver) {
            forEachSocket(sockets::handedOver, all);
        } else {
            wanted.forEach((listener, service) -> all.run(() -> serve(listener, service)));
        }
    }

    private void enter(VirtualService service, F forwarding) {
        ServiceEntry<F> entry = entries.get(service.id());
        if (entry == null) {
            entries.put(service.id(), new ServiceEntry<>(worker, affinity, service, forwarding));
        } else {
            entry.update(service, forwarding);
        }
    }

    private void closeVanished(Set<Listener> wanted, Set<Long> named, Tenure tenure, EachInTurn all) {
        boolean handedOver = tenure instanceof Tenure.HandedOver;
        EndReason reason = tenure instanceof Tenure.Active ? EndReason.REMOVED : EndReason.SHUTDOWN;
        open.entrySet().removeIf(each -> {
            Open<F, S> listener = each.getValue();
            boolean stays = wanted.contains(each.getKey()) || (named.contains(listener.entry().service().id())
                    && listener.sockets().stream().allMatch(socket -> sockets.isKept(socket, handedOver)));
            if (!stays) {
                listener.sockets().forEach(socket -> all.run(() -> sockets.closed(socket, reason)));
            }
            return !stays;
        });
    }

    private void serve(Listener listener, VirtualService service) {
        ServiceEntry<F> entry = entries.get(service.id());
        Open<F, S> known = open.get(listener);
        if (entry == null) {
            return; // it could not be made, which is known
        }
        if (known == null) {
            open.put(listener, new Open<>(entry, listener.ofWorker(worker).stream()
                    .map(fd -> sockets.opened(entry, listener, fd)).toList()));
        } else if (known.entry() != entry) {
            open.put(listener, new Open<>(entry, known.sockets()));
            known.sockets().forEach(socket -> sockets.moved(socket, entry));
        }
    }

    /** Closes every socket. */
    public void close(EachInTurn all) {
        forEachSocket(socket -> sockets.closed(socket, EndReason.SHUTDOWN), all);
        open.clear();
    }

    private void forEachSocket(java.util.function.Consumer<S> what, EachInTurn all) {
        open.values().forEach(listener -> listener.sockets().forEach(socket -> all.run(() -> what.accept(socket))));
    }
}
