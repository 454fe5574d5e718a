package io.sluice.bench.scheduler;

import io.sluice.scheduler.ClientHash;
import io.sluice.scheduler.Load;
import io.sluice.scheduler.Scheduler;
import io.sluice.scheduler.ServerId;
import io.sluice.scheduler.ServerSet;
import java.util.Arrays;

/**
 * Clients that come and go: each operation takes one new client and lets the oldest one leave, so that schedulers which
 * look at the load have something to look at. Same work for every scheduler measured.
 */
final class Traffic implements Load {
    private static final int CLIENTS = 1 << 16;
    private static final int IN_FLIGHT_PER_SERVER = 8;

    private final Scheduler scheduler;
    private final Ledger ledger;
    private final int[] connections;
    private final int[] inFlight;
    private int oldest;
    private int client;

    Traffic(Scheduler scheduler, int servers) {
        this.scheduler = scheduler;
        ledger = scheduler instanceof Ledger kept ? kept : Ledger.KEEPS_NONE;
        connections = new int[servers];
        inFlight = new int[Integer.highestOneBit(servers * IN_FLIGHT_PER_SERVER)];
        Arrays.fill(inFlight, Scheduler.NONE);
    }

    /** Servers of weights 50, 100 and 150. */
    static ServerSet servers(int count) {
        long[] ids = new long[count];
        int[] weights = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = ServerId.ipv4(0x0A00_0001 + i, 3389);
            weights[i] = 50 + 50 * (i % 3);
        }
        return new ServerSet(ids, weights);
    }

    int takeOneReleaseOne() {
        int released = inFlight[oldest];
        if (released != Scheduler.NONE) {
            connections[released]--;
            ledger.released(released);
        }
        client = (client + 1) & (CLIENTS - 1);
        int chosen = scheduler.select(ClientHash.OF_ADDRESS.ipv4(client), this);
        connections[chosen]++;
        ledger.taken(chosen);
        inFlight[oldest] = chosen;
        oldest = (oldest + 1) & (inFlight.length - 1);
        return chosen;
    }

    @Override
    public int connections(int index) {
        return connections[index];
    }

    @Override
    public boolean accepts(int index) {
        return connections[index] < 1_000_000;
    }

    /** For schedulers that keep their own order by load, as HAProxy does, and must hear of every change. */
    interface Ledger {
        Ledger KEEPS_NONE = new Ledger() {
        };

        default void taken(int server) {
        }

        default void released(int server) {
        }
    }
}
