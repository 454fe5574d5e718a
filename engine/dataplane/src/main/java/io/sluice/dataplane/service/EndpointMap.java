package io.sluice.dataplane.service;

import io.sluice.scheduler.ClientHash;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds what belongs to an address and port, by open addressing with linear probing; nothing is allocated but to grow.
 * Several may belong to the same: {@link #first} and {@link #next} go through them. One worker's thread.
 */
public final class EndpointMap<V extends EndpointMap.Keyed> {
    private @Nullable Object[] slots;
    private int size;
    /** Where {@link #next} goes on. */
    private int cursor;
    private long high;
    private long low;
    private int port;

    /** What is found; its endpoint never changes. */
    public interface Keyed {
        /** High 64 bits of the address, 0 for IPv4. */
        long keyHigh();

        /** Low 64 bits, IPv4 in its mapped form. */
        long keyLow();

        int keyPort();
    }

    /** @param slotsAtFirst a power of two; half of them may be used before it grows */
    public EndpointMap(int slotsAtFirst) {
        slots = new Object[slotsAtFirst];
    }

    public int size() {
        return size;
    }

    /** One of those with this endpoint, or null. */
    public @Nullable V first(long keyHigh, long keyLow, int keyPort) {
        high = keyHigh;
        low = keyLow;
        port = keyPort;
        cursor = hash(keyHigh, keyLow, keyPort) & slots.length - 1;
        return next();
    }

    /** Another one with the endpoint that was last asked for, or null; before any change of the map. */
    public @Nullable V next() {
        int mask = slots.length - 1;
        int i = cursor;
        V value = at(i);
        while (value != null && !isSought(value)) {
            i = i + 1 & mask;
            value = at(i);
        }
        cursor = i + 1 & mask;
        return value;
    }

    private boolean isSought(V value) {
        return value.keyPort() == port && value.keyLow() == low && value.keyHigh() == high;
    }

    @SuppressWarnings("unchecked") // only add writes
    private @Nullable V at(int slot) {
        return (V) slots[slot];
    }

    /** One more; at a throw for want of memory the map is as it was. */
    public void add(V value) {
        if (size * 2 >= slots.length) {
            rebuild(slots.length * 2, known -> true);
        }
        place(slots, value);
        size++;
    }

    private void rebuild(int length, Predicate<V> kept) {
        @Nullable
        Object[] grown = new Object[length];
        int count = 0;
        for (int i = 0; i < slots.length; i++) {
            V value = at(i);
            if (value != null && kept.test(value)) {
                place(grown, value);
                count++;
            }
        }
        slots = grown;
        size = count;
    }

    private void place(@Nullable Object[] into, V value) {
        int mask = into.length - 1;
        int i = hash(value) & mask;
        while (into[i] != null) {
            i = i + 1 & mask;
        }
        into[i] = value;
    }

    @SuppressWarnings("ReferenceEquality") // it is itself
    public void remove(V value) {
        int mask = slots.length - 1;
        int hole = hash(value) & mask;
        while (slots[hole] != value) {
            if (slots[hole] == null) {
                return;
            }
            hole = hole + 1 & mask;
        }
        // what stands behind moves up, so that no search ends at the hole (Knuth 6.4, algorithm R)
        int i = hole;
        while (true) {
            i = i + 1 & mask;
            V follower = at(i);
            if (follower == null) {
                break;
            }
            int home = hash(follower) & mask;
            boolean staysReachable = hole <= i ? hole < home && home <= i : hole < home || home <= i;
            if (!staysReachable) {
                slots[hole] = follower;
                hole = i;
            }
        }
        slots[hole] = null;
        size--;
    }

    /** One of those with this address, whatever its port, that is so; looks at each. */
    public @Nullable V firstAt(long keyHigh, long keyLow, Predicate<V> sought) {
        for (int i = 0; i < slots.length; i++) {
            V value = at(i);
            if (value != null && value.keyLow() == keyLow && value.keyHigh() == keyHigh && sought.test(value)) {
                return value;
            }
        }
        return null;
    }

    /** Removes all that are so; looks at each. */
    public void removeIf(Predicate<V> gone) {
        for (int i = 0; i < slots.length; i++) {
            V value = at(i);
            if (value != null && gone.test(value)) {
                rebuild(slots.length, known -> !gone.test(known));
                return;
            }
        }
    }

    private int hash(V value) {
        return hash(value.keyHigh(), value.keyLow(), value.keyPort());
    }

    private static int hash(long high, long low, int port) {
        return (int) (ClientHash.OF_ADDRESS.ipv6(high + port * 0x9E3779B97F4A7C15L, low) >>> 16);
    }
}
