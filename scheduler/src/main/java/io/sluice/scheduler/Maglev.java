package io.sluice.scheduler;

/**
 * Looks the client up in a {@link MaglevTable}: one memory access however many servers there are. Where the server of
 * its slot does not accept, the following slots are tried; they belong to all the others in their proportion.
 * Stateless: shared by all workers.
 */
final class Maglev implements Scheduler {
    /** Slots tried per server before the servers are simply gone through; only a nearly full service gets that far. */
    private static final int PROBES_PER_SERVER = 4;

    private final char[] table;
    private final int[] weights;
    private final int probes;

    Maglev(ServerSet servers) {
        table = MaglevTable.build(servers);
        weights = servers.weights();
        probes = Math.min(table.length, PROBES_PER_SERVER * weights.length);
    }

    @Override
    public int select(long clientHash, Load load) {
        if (table.length == 0) {
            return NONE;
        }
        int slot = Mix64.toRange(clientHash, table.length);
        for (int i = 0; i < probes; i++) {
            int server = table[slot];
            if (load.accepts(server)) {
                return server;
            }
            slot = slot + 1 == table.length ? 0 : slot + 1;
        }
        return firstAccepting(clientHash, load);
    }

    private int firstAccepting(long clientHash, Load load) {
        int count = weights.length;
        int server = Mix64.toRange(clientHash, count);
        for (int i = 0; i < count; i++) {
            if (weights[server] != 0 && load.accepts(server)) {
                return server;
            }
            server = server + 1 == count ? 0 : server + 1;
        }
        return NONE;
    }
}
