package io.sluice.scheduler;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Builds the lookup table of Maglev hashing (Eisenbud et al., NSDI 2016, section 3.4) with weights. Every server walks
 * its own permutation of the table and takes the next free slot when it is its turn; a server of half the greatest
 * weight has a turn in every second round. Servers take their turns in the order of their ids, so nodes that list the
 * same servers in another order build the same table.
 */
final class MaglevTable {
    /** A prime, as the permutations need; the paper's value for small sets. */
    static final int SIZE = 65_537;

    private static final char FREE = Character.MAX_VALUE;

    private MaglevTable() {
    }

    /** The index of a server in each slot, or an empty table when no server has a weight. */
    static char[] build(ServerSet servers) {
        if (servers.size() > FREE) {
            throw new IllegalArgumentException(
                    "Maglev takes at most " + (int) FREE + " servers, not " + servers.size());
        }
        int[] order = IntStream.range(0, servers.size()).filter(i -> servers.weights()[i] > 0).boxed()
                .sorted(Comparator.comparingLong(i -> servers.ids()[i])).mapToInt(i -> i).toArray();
        if (order.length == 0) {
            return new char[0];
        }
        char[] table = new char[SIZE];
        Arrays.fill(table, FREE);
        fill(table, order, servers);
        return table;
    }

    private static void fill(char[] table, int[] order, ServerSet servers) {
        long greatest = Arrays.stream(servers.weights()).max().orElseThrow();
        int[] slot = new int[order.length];
        int[] step = new int[order.length];
        long[] due = new long[order.length];
        for (int s = 0; s < order.length; s++) {
            long id = servers.ids()[order[s]];
            slot[s] = Mix64.toRange(Mix64.mix(id + Mix64.GOLDEN), SIZE);
            step[s] = 1 + Mix64.toRange(Mix64.mix(id + 2 * Mix64.GOLDEN), SIZE - 1);
        }
        int free = SIZE;
        for (long round = 0;; round++) {
            for (int s = 0; s < order.length; s++) {
                if (round * servers.weights()[order[s]] < due[s]) {
                    continue;
                }
                due[s] += greatest;
                while (table[slot[s]] != FREE) {
                    slot[s] = (slot[s] + step[s]) % SIZE;
                }
                table[slot[s]] = (char) order[s];
                if (--free == 0) {
                    return;
                }
            }
        }
    }
}
