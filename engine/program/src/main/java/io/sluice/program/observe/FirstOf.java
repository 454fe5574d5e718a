package io.sluice.program.observe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The first few of very many in some order, without holding them all. One thread. */
final class FirstOf<T> {
    private final Comparator<T> order;
    private final int limit;
    private final PriorityQueue<T> kept;
    private long offered;

    /** @param limit 0: keep all */
    FirstOf(Comparator<T> order, int limit) {
        this.order = order;
        this.limit = limit;
        this.kept = new PriorityQueue<>(order.reversed());
    }

    void offer(T candidate) {
        offered++;
        if (limit == 0 || kept.size() < limit) {
            kept.add(candidate);
        } else if (order.compare(candidate, kept.element()) < 0) {
            kept.remove();
            kept.add(candidate);
        }
    }

    long offered() {
        return offered;
    }

    List<T> inOrder() {
        List<T> sorted = new ArrayList<>(kept);
        sorted.sort(order);
        return sorted;
    }
}
