package io.sluice.bench.scheduler;

import io.sluice.scheduler.Load;
import io.sluice.scheduler.Scheduler;
import io.sluice.scheduler.ServerSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** What the schedulers are measured against: the obvious ways, and the ways of HAProxy and nginx. */
final class Baselines {
    private Baselines() {
    }

    static Scheduler named(String name, ServerSet servers) {
        int count = servers.size();
        return switch (name) {
            case "random" -> (client, load) -> ThreadLocalRandom.current().nextInt(count);
            case "shared-round-robin" -> sharedRoundRobin(count);
            case "map-of-clients" -> mapOfClients(count);
            case "nginx-consistent-hash" -> new HashRing(servers);
            case "haproxy-random-of-two" -> haproxyRandomOfTwo(servers);
            case "haproxy-least-connections" -> new LoadHeap(servers);
            default -> throw new IllegalArgumentException("no baseline " + name);
        };
    }

    /** One counter for all threads. */
    private static Scheduler sharedRoundRobin(int count) {
        AtomicInteger next = new AtomicInteger();
        return (client, load) -> Math.floorMod(next.getAndIncrement(), count);
    }

    /** Remembers the server of every client ever seen. */
    private static Scheduler mapOfClients(int count) {
        Map<Long, Integer> servers = new ConcurrentHashMap<>();
        return (client, load) -> servers.computeIfAbsent(client, c -> ThreadLocalRandom.current().nextInt(count));
    }

    /** HAProxy's random(2): both draws are random places on its consistent-hash ring. */
    private static Scheduler haproxyRandomOfTwo(ServerSet servers) {
        HashRing ring = new HashRing(servers);
        int[] weights = servers.weights();
        return (client, load) -> {
            int first = ring.at(ThreadLocalRandom.current().nextInt());
            int second = ring.at(ThreadLocalRandom.current().nextInt());
            return lighter(second, first, weights, load) ? second : first;
        };
    }

    private static boolean lighter(int one, int other, int[] weights, Load load) {
        return (long) load.connections(one) * weights[other] < (long) load.connections(other) * weights[one];
    }
}
