package io.sluice.bench.scheduler;

import io.sluice.scheduler.Load;
import io.sluice.scheduler.Scheduler;
import io.sluice.scheduler.ServerSet;

/**
 * HAProxy's leastconn: servers kept in order of (connections + 1) / weight, so that the choice is the first one and
 * every connection taken or released moves its server. HAProxy orders them in an elastic binary tree; here it is a heap
 * that knows where each server is, which moves a server in the same logarithmic time without allocating.
 */
final class LoadHeap implements Scheduler, Traffic.Ledger {
    private static final int SCALE = 65_536;

    private final int[] weights;
    private final int[] connections;
    private final int[] heap;
    private final int[] places;
    private final long[] keys;

    LoadHeap(ServerSet servers) {
        int count = servers.size();
        weights = servers.weights();
        connections = new int[count];
        heap = new int[count];
        places = new int[count];
        keys = new long[count];
        for (int i = 0; i < count; i++) {
            heap[i] = i;
            places[i] = i;
        }
    }

    @Override
    public int select(long clientHash, Load load) {
        return load.accepts(heap[0]) ? heap[0] : NONE;
    }

    @Override
    public void taken(int server) {
        connections[server]++;
        reorder(server);
    }

    @Override
    public void released(int server) {
        connections[server]--;
        reorder(server);
    }

    private void reorder(int server) {
        keys[server] = connections[server] == 0 ? 0 : (long) (connections[server] + 1) * SCALE / weights[server];
        int place = places[server];
        while (place > 0 && keys[server] < keys[heap[(place - 1) / 2]]) {
            put(heap[(place - 1) / 2], place);
            place = (place - 1) / 2;
        }
        while (true) {
            int child = 2 * place + 1;
            if (child >= heap.length) {
                break;
            }
            if (child + 1 < heap.length && keys[heap[child + 1]] < keys[heap[child]]) {
                child++;
            }
            if (keys[heap[child]] >= keys[server]) {
                break;
            }
            put(heap[child], place);
            place = child;
        }
        put(server, place);
    }

    private void put(int server, int place) {
        heap[place] = server;
        places[server] = place;
    }
}
