package io.sluice.scheduler;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/** A set of servers under test with the load they carry, generated from a seed. */
final class Fleet implements Load {
    static final int[] NOTABLE_WEIGHTS = {0, 1, 2, 5, 100, 100, 100, 1_000, 65_534, 65_535};

    final ServerSet servers;
    final int[] connections;
    private final BitSet refusing = new BitSet();

    private Fleet(ServerSet servers) {
        this.servers = servers;
        connections = new int[servers.size()];
    }

    /** Servers 10.0.0.1:80, 10.0.0.2:80, ... of these weights. */
    static Fleet of(int... weights) {
        long[] ids = new long[weights.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = ServerId.ipv4(0x0A00_0001 + i, 80);
        }
        return new Fleet(new ServerSet(ids, weights));
    }

    static Fleet equal(int count) {
        int[] weights = new int[count];
        Arrays.fill(weights, 100);
        return of(weights);
    }

    /** 1..maxServers servers of notable weights with some load; about a quarter refuse new clients. */
    static Fleet random(SplittableRandom random, int maxServers) {
        int[] weights = new int[random.nextInt(1, maxServers + 1)];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = NOTABLE_WEIGHTS[random.nextInt(NOTABLE_WEIGHTS.length)];
        }
        Fleet fleet = of(weights);
        for (int i = 0; i < weights.length; i++) {
            fleet.connections[i] = random.nextInt(4) == 0 ? 0 : random.nextInt(1_000);
            if (random.nextInt(4) == 0) {
                fleet.refuse(i);
            }
        }
        return fleet;
    }

    Fleet refuse(int... indexes) {
        for (int index : indexes) {
            refusing.set(index);
        }
        return this;
    }

    boolean canTake(int index) {
        return servers.weights()[index] > 0 && accepts(index);
    }

    /** Whether any server can take a client at all. */
    boolean canTakeAny() {
        for (int i = 0; i < servers.size(); i++) {
            if (canTake(i)) {
                return true;
            }
        }
        return false;
    }

    Scheduler scheduler(SchedulerKind kind, int seed) {
        return SchedulerPlan.of(kind, servers).forWorker(seed);
    }

    /** How often each server is chosen for this many different clients. */
    int[] shares(Scheduler scheduler, int clients) {
        int[] shares = new int[servers.size()];
        for (int client = 0; client < clients; client++) {
            shares[scheduler.select(client(client), this)]++;
        }
        return shares;
    }

    /** The hash of the nth client. */
    static long client(int n) {
        return ClientHash.OF_ADDRESS.ipv4(0xC0A8_0000 + n);
    }

    @Override
    public int connections(int index) {
        return connections[index];
    }

    @Override
    public boolean accepts(int index) {
        return !refusing.get(index);
    }
}
