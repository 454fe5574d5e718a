package io.sluice.conntrack;

import java.util.Arrays;

import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * Finds the flows of a shard whose idle timeout may have passed: a hashed timing wheel (Varghese and Lauck 1987, scheme
 * 6) whose lists run through the slots. Owned by the shard's worker. Traffic does not touch it: a flow that was seen
 * again is moved on when its turn comes.
 */
final class FlowWheel {
    static final int NONE = -1;
    static final int TICK_MS = 250;
    private static final int TICKS = 512;

    private final MappedRegion region;
    private final long slots;
    private final int[] heads = new int[TICKS];
    private long tick;

    FlowWheel(MappedRegion region, long slots) {
        this.region = region;
        this.slots = slots;
        Arrays.fill(heads, NONE);
    }

    /** The tick up to which everything was handled. */
    void start(long nowMs) {
        tick = nowMs / TICK_MS;
    }

    void add(int index, long deadlineMs) {
        // Not later than one round ahead: a list that is being handled must not get back what was taken from it.
        int list = (int) Math.clamp(deadlineMs / TICK_MS + 1, tick + 1, tick + TICKS - 1) & (TICKS - 1);
        int first = heads[list];
        region.writeInt(slot(index) + FlowLayout.WHEEL_NEXT, first);
        region.writeInt(slot(index) + FlowLayout.WHEEL_PREVIOUS, -2 - list); // a list, not a slot: below NONE
        if (first != NONE) {
            region.writeInt(slot(first) + FlowLayout.WHEEL_PREVIOUS, index);
        }
        heads[list] = index;
    }

    void remove(int index) {
        int next = region.readInt(slot(index) + FlowLayout.WHEEL_NEXT);
        int previous = region.readInt(slot(index) + FlowLayout.WHEEL_PREVIOUS);
        if (previous < NONE) {
            heads[-2 - previous] = next;
        } else {
            region.writeInt(slot(previous) + FlowLayout.WHEEL_NEXT, next);
        }
        if (next != NONE) {
            region.writeInt(slot(next) + FlowLayout.WHEEL_PREVIOUS, previous);
        }
    }

    /**
     * Takes one flow off the wheel whose turn has come by {@code nowMs}, or {@link #NONE} when all have been handled. The
     * caller ends it or adds it again.
     */
    int poll(long nowMs) {
        long nowTick = nowMs / TICK_MS;
        if (nowTick < tick) {
            tick = nowTick; // the clock went back; every list is still visited once a round
        }
        tick = Math.max(tick, nowTick - TICKS);
        while (tick < nowTick) {
            int first = heads[(int) (tick + 1) & (TICKS - 1)];
            if (first != NONE) {
                remove(first);
                return first;
            }
            tick++;
        }
        return NONE;
    }

    private long slot(int index) {
        return slots + (long) index * FlowLayout.SLOT_BYTES;
    }
}
