package io.sluice.conntrack.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * How an entry of the durable copy is written, so that other programs can read it; big endian. Owned by the thread that
 * uses it: the buffers are its own.
 *
 * <pre>
 *   key, 32 bytes     0 affinity group, or virtual service      8 client IP (16 bytes, IPv4 as ::ffff:a.b.c.d)
 *                    24 protocol: 0 for affinity, 17 for a UDP session (short)
 *                    26 client port   28 port of the virtual service   30 nothing (unsigned shorts; 0 for affinity)
 *   value             0 server id   8 created   16 last seen   24 timeout (longs, ms)
 *                    32 SERVICE/SERVER, UTF-8 up to the end
 * </pre>
 */
public final class CopyFormat {
    /** Length of a key. */
    public static final int KEY_BYTES = 32;
    /** Length of a value without the server's name. */
    public static final int FIXED_VALUE_BYTES = 32;

    private final ByteBuffer key = ByteBuffer.allocate(KEY_BYTES);

    /** The key of an affinity entry; the same array each time. */
    byte[] key(long group, long ipHi, long ipLo) {
        return key(group, ipHi, ipLo, CopyEntry.AFFINITY, 0, 0);
    }

    /** The entry's key; the same array each time. */
    byte[] key(CopyEntry entry) {
        return key(entry.scope(), entry.ipHi(), entry.ipLo(), entry.protocol(), entry.clientPort(),
                entry.listenPort());
    }

    private byte[] key(long scope, long ipHi, long ipLo, int protocol, int clientPort, int listenPort) {
        return key.clear().putLong(scope).putLong(ipHi).putLong(ipLo).putShort((short) protocol)
                .putShort((short) clientPort).putShort((short) listenPort).putShort((short) 0).array();
    }

    /** The entry's value. */
    static byte[] value(CopyEntry entry) {
        byte[] server = entry.server().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(FIXED_VALUE_BYTES + server.length).putLong(entry.serverId())
                .putLong(entry.createdMs()).putLong(entry.lastSeenMs()).putLong(entry.timeoutMs()).put(server).array();
    }

    /** The entry that these bytes say; for tests and for whoever reads the copy with this class at hand. */
    public static CopyEntry entry(byte[] key, byte[] value) {
        ByteBuffer k = ByteBuffer.wrap(key);
        ByteBuffer v = ByteBuffer.wrap(value);
        return new CopyEntry(k.getLong(0), k.getLong(8), k.getLong(16), k.getShort(24), k.getShort(26) & 0xFFFF,
                k.getShort(28) & 0xFFFF, v.getLong(0), v.getLong(8), v.getLong(16), v.getLong(24),
                new String(value, FIXED_VALUE_BYTES, value.length - FIXED_VALUE_BYTES, StandardCharsets.UTF_8));
    }
}
