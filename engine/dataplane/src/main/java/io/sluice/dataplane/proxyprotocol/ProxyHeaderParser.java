package io.sluice.dataplane.proxyprotocol;

import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Memory;

/**
 * Reads a PROXY header of either version from the start of a TCP stream; one thread, reused, allocates for a checksum
 * only. After an answer above 0 the accessors hold what the header said.
 */
public final class ProxyHeaderParser {
    /** The header is not complete yet. */
    public static final int MORE = 0;
    /** What stands there is no PROXY header. */
    public static final int MALFORMED = -1;
    /** Longest header of version 1, line end included (section 2.1). */
    public static final int V1_MAX_BYTES = 107;

    private static final long SIGNATURE_HIGH = 0x0D0A0D0A000D0A51L;
    private static final int SIGNATURE_LOW = 0x5549540A;
    private static final int V2_FIXED_BYTES = 16;
    private static final int PROXY = 1;
    private static final int TCP_OVER_IPV4 = 0x11;
    private static final int TCP_OVER_IPV6 = 0x21;
    private static final byte[] V1_START = {'P', 'R', 'O', 'X', 'Y', ' '};

    private boolean proxied;
    private boolean inet;
    /** Where the extensions of version 2 begin, and how long they are. */
    private int extensionsAt;
    private int extensionBytes;
    private long sourceHigh;
    private long sourceLow;
    private int sourcePort;
    private long destinationHigh;
    private long destinationLow;
    private int destinationPort;
    // the two addresses of version 1 are read one after the other
    private int position;
    private long addressHigh;
    private long addressLow;

    /** Whether the header carries addresses; if not (LOCAL, UNKNOWN) those of the socket stand. */
    public boolean isProxied() {
        return proxied;
    }

    public long sourceHigh() {
        return sourceHigh;
    }

    public long sourceLow() {
        return sourceLow;
    }

    public int sourcePort() {
        return sourcePort;
    }

    public long destinationHigh() {
        return destinationHigh;
    }

    public long destinationLow() {
        return destinationLow;
    }

    public int destinationPort() {
        return destinationPort;
    }

    /**
     * What it said, to be kept; only where {@link #isProxied()}.
     *
     * @param memory where it was read from
     * @param extensions whether its extensions are to be kept too
     */
    public ReceivedHeader received(Memory memory, boolean extensions) {
        byte[] kept = new byte[extensions ? extensionBytes : 0];
        memory.get(extensionsAt, kept);
        return new ReceivedHeader(this, inet, kept);
    }

    /**
     * Reads.
     *
     * @return the header's length in bytes, {@link #MORE} or {@link #MALFORMED}
     */
    public int parse(Memory memory, int lengthBytes) {
        if (lengthBytes == 0) {
            return MORE;
        }
        extensionsAt = 0;
        extensionBytes = 0;
        return memory.byteAt(0) == V1_START[0] ? parseV1(memory, lengthBytes) : parseV2(memory, lengthBytes);
    }

    // ---- version 2 (section 2.2) ----

    private int parseV2(Memory memory, int lengthBytes) {
        for (int i = 0; i < Math.min(lengthBytes, 12); i++) {
            byte expected = (byte) (i < 8 ? SIGNATURE_HIGH >>> (56 - 8 * i) : SIGNATURE_LOW >>> (24 - 8 * (i - 8)));
            if (memory.byteAt(i) != expected) {
                return MALFORMED;
            }
        }
        if (lengthBytes < V2_FIXED_BYTES) {
            return MORE;
        }
        int versionAndCommand = memory.byteAt(12) & 0xFF;
        int command = versionAndCommand & 0xF;
        if (versionAndCommand >>> 4 != 2 || command > PROXY) {
            return MALFORMED;
        }
        proxied = command == PROXY;
        int family = memory.byteAt(13) & 0xFF;
        int headerBytes = V2_FIXED_BYTES + (memory.shortBeAt(14) & 0xFFFF);
        if (headerBytes > memory.lengthBytes() || (proxied && !isOfTcp(family))) {
            return MALFORMED;
        }
        inet = family == TCP_OVER_IPV4;
        extensionsAt = V2_FIXED_BYTES + (inet ? 12 : 36);
        if (proxied && headerBytes < extensionsAt) {
            return MALFORMED;
        }
        if (lengthBytes < headerBytes) {
            return MORE;
        }
        return proxied && !readV2(memory, headerBytes) ? MALFORMED : headerBytes;
    }

    /** Section 2.2: what speaks for anything but TCP must not come this way, and has no addresses to tell here. */
    private static boolean isOfTcp(int family) {
        return family == TCP_OVER_IPV4 || family == TCP_OVER_IPV6;
    }

    private boolean readV2(Memory memory, int headerBytes) {
        extensionBytes = headerBytes - extensionsAt;
        if (inet) {
            sourceHigh = 0;
            sourceLow = Ip.v4Low(memory.intBeAt(16));
            destinationHigh = 0;
            destinationLow = Ip.v4Low(memory.intBeAt(20));
        } else {
            sourceHigh = memory.longBeAt(16);
            sourceLow = memory.longBeAt(24);
            destinationHigh = memory.longBeAt(32);
            destinationLow = memory.longBeAt(40);
        }
        ports(memory, extensionsAt - 4);
        return HeaderExtensions.areValid(memory, extensionsAt, headerBytes);
    }

    private void ports(Memory memory, int offset) {
        sourcePort = memory.shortBeAt(offset) & 0xFFFF;
        destinationPort = memory.shortBeAt(offset + 2) & 0xFFFF;
    }

    // ---- version 1 (section 2.1) ----

    private int parseV1(Memory memory, int lengthBytes) {
        int known = Math.min(lengthBytes, V1_MAX_BYTES);
        for (int i = 0; i < Math.min(known, V1_START.length); i++) {
            if (memory.byteAt(i) != V1_START[i]) {
                return MALFORMED;
            }
        }
        int end = -1;
        for (int i = V1_START.length; i + 1 < known && end < 0; i++) {
            if (memory.byteAt(i) == '\r') {
                if (memory.byteAt(i + 1) != '\n') {
                    return MALFORMED;
                }
                end = i;
            }
        }
        if (end < 0) {
            return lengthBytes >= V1_MAX_BYTES ? MALFORMED : MORE;
        }
        return parseV1Line(memory, end) ? end + 2 : MALFORMED;
    }

    private boolean parseV1Line(Memory memory, int end) {
        proxied = false;
        if (matches(memory, 6, end, "UNKNOWN")) {
            return end == 13 || memory.byteAt(13) == ' ';
        }
        inet = matches(memory, 6, end, "TCP4 ");
        if (!inet && !matches(memory, 6, end, "TCP6 ")) {
            return false;
        }
        position = 11;
        if (!address(memory, end)) {
            return false;
        }
        sourceHigh = addressHigh;
        sourceLow = addressLow;
        if (!address(memory, end)) {
            return false;
        }
        destinationHigh = addressHigh;
        destinationLow = addressLow;
        sourcePort = number(memory, end, 65_535);
        if (sourcePort < 0 || position >= end || memory.byteAt(position++) != ' ') {
            return false;
        }
        destinationPort = number(memory, end, 65_535);
        proxied = destinationPort >= 0 && position == end;
        return proxied;
    }

    private static boolean matches(Memory memory, int from, int end, String word) {
        if (from + word.length() > end) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (memory.byteAt(from + i) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Reads an address and the space behind it. */
    private boolean address(Memory memory, int end) {
        boolean read = inet ? inetAddress(memory, end) : inet6Address(memory, end);
        return read && position < end && memory.byteAt(position++) == ' ';
    }

    private boolean inetAddress(Memory memory, int end) {
        int address = 0;
        for (int i = 0; i < 4; i++) {
            if (i > 0 && (position >= end || memory.byteAt(position++) != '.')) {
                return false;
            }
            int octet = number(memory, end, 255);
            if (octet < 0) {
                return false;
            }
            address = address << 8 | octet;
        }
        addressHigh = 0;
        addressLow = Ip.v4Low(address);
        return true;
    }

    /** RFC 4291 section 2.2, forms 1 and 2; form 3 (an IPv4 tail) where it is the last part. */
    private boolean inet6Address(Memory memory, int end) {
        long high = 0;
        long low = 0;
        int groups = 0;
        int gap = -1;
        while (position < end && memory.byteAt(position) != ' ') {
            if (memory.byteAt(position) == ':') {
                boolean isDouble = position + 1 < end && memory.byteAt(position + 1) == ':';
                if (isDouble ? gap >= 0 : groups == 0) {
                    return false;
                }
                position += isDouble ? 2 : 1;
                gap = isDouble ? groups : gap;
                if (isDouble && (position >= end || memory.byteAt(position) == ' ')) {
                    break;
                }
            } else if (groups > 0 && gap != groups) {
                return false;
            }
            int start = position;
            int group = hexadecimal(memory, end);
            if (group >= 0 && position < end && memory.byteAt(position) == '.') {
                position = start;
                if (groups > 6 || !inetAddress(memory, end)) {
                    return false;
                }
                group = (int) addressLow >>> 16;
                high = high << 16 | low >>> 48;
                low = low << 16 | group;
                groups++;
                group = (int) addressLow & 0xFFFF;
            }
            if (group < 0 || groups == 8) {
                return false;
            }
            high = high << 16 | low >>> 48;
            low = low << 16 | group;
            groups++;
            if (position < end && memory.byteAt(position) != ':' && memory.byteAt(position) != ' ') {
                return false;
            }
        }
        return place(high, low, groups, gap);
    }

    /** Puts the groups read, which lie at the right, around the gap that "::" stands for. */
    private boolean place(long high, long low, int groups, int gap) {
        if (gap < 0 ? groups != 8 : groups > 7) {
            return false;
        }
        addressHigh = high;
        addressLow = low;
        if (gap < 0) {
            return true;
        }
        int behind = groups - gap;
        addressHigh = 0;
        addressLow = 0;
        for (int i = 0; i < 8; i++) {
            int from = i < gap ? i : i >= 8 - behind ? i - (8 - groups) : -1;
            long group = from < 0 ? 0 : group(high, low, groups, from);
            addressHigh = addressHigh << 16 | addressLow >>> 48;
            addressLow = addressLow << 16 | group;
        }
        return true;
    }

    private static long group(long high, long low, int groups, int index) {
        int shift = 16 * (groups - 1 - index);
        return (shift < 64 ? low >>> shift : high >>> (shift - 64)) & 0xFFFF;
    }

    private int number(Memory memory, int end, int maximum) {
        int value = -1;
        for (int digits = 0; position < end && digits < 5; digits++, position++) {
            int digit = memory.byteAt(position) - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            value = Math.max(value, 0) * 10 + digit;
        }
        return value <= maximum ? value : -1;
    }

    private int hexadecimal(Memory memory, int end) {
        int value = -1;
        for (int digits = 0; position < end && digits < 4; digits++, position++) {
            int digit = Character.digit(memory.byteAt(position), 16);
            if (digit < 0) {
                break;
            }
            value = Math.max(value, 0) << 4 | digit;
        }
        return value;
    }
}
