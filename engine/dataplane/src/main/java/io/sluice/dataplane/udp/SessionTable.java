package io.sluice.dataplane.udp;

import io.sluice.ringbuffers.syscall.ReceivedDatagrams;
import io.sluice.scheduler.ClientHash;
import org.jspecify.annotations.Nullable;

/** Finds a session by its client, by open addressing with linear probing; one worker's thread. */
final class SessionTable {
    private @Nullable Session[] slots = new Session[1024];
    private int size;

    int size() {
        return size;
    }

    @Nullable
    Session find(UdpListener listener, ReceivedDatagrams batch, int index) {
        long high = batch.senderHigh(index);
        long low = batch.senderLow(index);
        int port = batch.senderPort(index);
        int scope = batch.senderScope(index);
        long localHigh = listener.localHigh(batch, index);
        long localLow = listener.localLow(batch, index);
        int mask = slots.length - 1;
        for (int i = hash(high, low, port) & mask;; i = i + 1 & mask) {
            Session session = slots[i];
            if (session == null || session.matches(listener, high, low, port, scope, localHigh, localLow)) {
                return session;
            }
        }
    }

    void add(Session session) {
        if (size * 2 >= slots.length) {
            grow();
        }
        place(session);
        size++;
    }

    private void place(Session session) {
        int mask = slots.length - 1;
        int i = hash(session) & mask;
        while (slots[i] != null) {
            i = i + 1 & mask;
        }
        slots[i] = session;
    }

    private void grow() {
        @Nullable
        Session[] former = slots;
        slots = new Session[former.length * 2];
        for (Session session : former) {
            if (session != null) {
                place(session);
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // a session is itself
    void remove(Session session) {
        int mask = slots.length - 1;
        int hole = hash(session) & mask;
        while (slots[hole] != session) {
            if (slots[hole] == null) {
                return;
            }
            hole = hole + 1 & mask;
        }
        // what stands behind moves up, so that no search ends at the hole (Knuth 6.4, algorithm R)
        int i = hole;
        while (true) {
            i = i + 1 & mask;
            Session follower = slots[i];
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

    private static int hash(Session session) {
        return hash(session.clientHigh, session.clientLow, session.clientPort);
    }

    private static int hash(long high, long low, int port) {
        return (int) (ClientHash.OF_ADDRESS.ipv6(high + port * 0x9E3779B97F4A7C15L, low) >>> 16);
    }
}
