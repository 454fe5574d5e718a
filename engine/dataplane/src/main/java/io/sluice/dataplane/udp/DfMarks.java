package io.sluice.dataplane.udp;

import io.sluice.ringbuffers.syscall.DatagramHeaders;
import java.util.Arrays;

/**
 * Which IPv4 clients send their long datagrams with DF, as far as is known. A raw socket looks at them, and that only
 * where a path is narrow or has turned out to be, for the kernel then copies the reference to every datagram. One
 * worker's thread.
 */
final class DfMarks {
    private static final int SLOTS = 4096;
    /** A path is forgotten by the kernel ten minutes after the last too-big (net.ipv4.route.mtu_expires). */
    private static final long REST_NS = 900_000_000_000L;
    private static final int MOST_AT_ONCE = 4096;

    private final DatagramHeaders headers = new DatagramHeaders();
    private int[] ports = new int[8];
    private int portCount;
    private int longerThanBytes = Integer.MAX_VALUE;
    /** Each a client, hashed, with its last datagram's DF as the lowest bit; a newer one displaces an older one. */
    private long[] marks = new long[0];
    private long lastNarrowNs;

    /** Paths of clients of this port carry IP packets of this length and no longer: from now on it looks. */
    void narrow(int port, int ipBytes, long nowNs) {
        lastNarrowNs = nowNs;
        boolean known = headers.isOpen() && longerThanBytes <= ipBytes;
        for (int i = 0; i < portCount && known; i++) {
            if (ports[i] == port) {
                return;
            }
        }
        longerThanBytes = Math.min(longerThanBytes, ipBytes);
        if (!contains(port)) {
            if (portCount == ports.length) {
                ports = Arrays.copyOf(ports, portCount * 2);
            }
            ports[portCount++] = port;
        }
        if (marks.length == 0) {
            marks = new long[SLOTS];
        }
        headers.see(ports, portCount, longerThanBytes); // where it may not, nobody is known to send with DF
    }

    private boolean contains(int port) {
        for (int i = 0; i < portCount; i++) {
            if (ports[i] == port) {
                return true;
            }
        }
        return false;
    }

    /** Whether the last long datagram of this client to this port came with DF; false where that is not known. */
    boolean has(long clientLow, int clientPort, int port) {
        look();
        if (marks.length == 0) {
            return false;
        }
        long key = key(clientLow, clientPort, port);
        return marks[slot(key)] == (key | 1);
    }

    /** Looks at what has come. A datagram passes here before it reaches the socket that it is for. */
    private void look() {
        int count = headers.receive();
        for (int seen = 0; count > 0 && seen < MOST_AT_ONCE; seen += count) {
            for (int i = 0; i < count; i++) {
                if (headers.isWhole(i)) {
                    long key = key(headers.senderLow(i), headers.senderPort(i), headers.port(i));
                    marks[slot(key)] = headers.dontFragment(i) ? key | 1 : key;
                }
            }
            count = headers.receive();
        }
    }

    private static long key(long clientLow, int clientPort, int port) {
        // two rounds of a mix (Stafford's 13th): 63 bits, so that two clients hardly ever share one
        long key = (clientLow << 32 | (long) clientPort << 16 | port) + 0x9E3779B97F4A7C15L;
        key = (key ^ key >>> 30) * 0xBF58476D1CE4E5B9L;
        key = (key ^ key >>> 27) * 0x94D049BB133111EBL;
        return (key ^ key >>> 31) & ~1L;
    }

    private static int slot(long key) {
        return (int) (key >>> 1) & SLOTS - 1;
    }

    /** Makes room for what comes next, and stops to look where nothing has been too long for a while. */
    void onTick(long nowNs) {
        if (!headers.isOpen()) {
            return;
        }
        if (nowNs - lastNarrowNs < REST_NS) {
            look();
            return;
        }
        headers.stop();
        portCount = 0;
        longerThanBytes = Integer.MAX_VALUE;
        marks = new long[0];
    }

    void close() {
        headers.close();
    }
}
