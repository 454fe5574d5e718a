package io.sluice.ringbuffers.ip;

import static io.sluice.ringbuffers.ip.NotAnAddress.quote;

import io.sluice.ringbuffers.ip.Ip.Zone;
import java.net.Inet6Address;
import java.net.InetAddress;

/** Reads one address from text, from left to right; used once, by its caller's thread. */
final class IpReader {
    private static final int GROUPS = 8;

    private final String text;
    /** What the address is a part of. */
    private final String whole;
    private int position;

    private IpReader(String text, String whole) {
        this.text = text;
        this.whole = whole;
    }

    static Ip read(String text, String whole) {
        if (text.indexOf('/') >= 0) {
            throw new NotAnAddress(quote(whole) + " is a network, not an address", "", null);
        }
        if (text.indexOf(':') < 0) {
            return readV4(text, whole);
        }
        int percent = text.indexOf('%');
        if (percent < 0) {
            return new IpReader(text, whole).v6();
        }
        IpReader reader = new IpReader(text.substring(0, percent), whole);
        Ip ip = reader.v6();
        return new Ip(ip.high(), ip.low(), reader.zone(ip, text.substring(percent + 1)));
    }

    private static Ip readV4(String text, String whole) {
        boolean local = text.equals("localhost");
        if (local || text.chars().anyMatch(c -> Character.isLetter(c) && Character.digit(c, 16) < 0)) {
            throw new NotAnAddress(quote(whole) + " is a name; names are not resolved", "",
                    local ? whole.replace(text, "127.0.0.1") : null);
        }
        IpReader reader = new IpReader(text, whole);
        int address = reader.dotted();
        if (reader.position < text.length()) {
            throw reader.wrong("more than four parts");
        }
        return Ip.v4(address);
    }

    /** Four decimal parts from here on. */
    private int dotted() {
        int address = 0;
        for (int part = 0; part < 4; part++) {
            if (part > 0) {
                if (position == text.length()) {
                    throw wrong("fewer than four parts");
                }
                if (text.charAt(position) != '.') {
                    throw unexpected();
                }
                position++;
            }
            address = address << 8 | part();
        }
        return address;
    }

    private int part() {
        int start = position;
        int value = 0;
        while (position < text.length() && digit(10) >= 0) {
            value = value * 10 + digit(10);
            position++;
            if (position - start > 3 || value > 255) {
                throw wrong("a part is above 255");
            }
        }
        if (position == start) {
            throw position < text.length() ? unexpected() : wrong("a part is missing");
        }
        // some programs read them as octal, so nobody may write them
        if (position - start > 1 && text.charAt(start) == '0') {
            throw wrong("a part begins with 0");
        }
        return value;
    }

    /** RFC 4291 section 2.2: groups, {@code ::} for some of them, the last two as IPv4. */
    private Ip v6() {
        int[] groups = new int[GROUPS];
        int count = 0;
        int gapAt = -1;
        while (position < text.length()) {
            if (text.startsWith("::", position)) {
                if (gapAt >= 0) {
                    throw wrong("'::' stands twice");
                }
                gapAt = count;
                position += 2;
                if (position == text.length()) {
                    break;
                }
            } else if (count > 0) {
                skipColon();
            }
            if (count == GROUPS) {
                throw wrong("more than eight groups");
            }
            if (lastPartsAreV4()) {
                if (count > GROUPS - 2) {
                    throw wrong("more than eight groups");
                }
                int address = dotted();
                groups[count++] = address >>> 16;
                groups[count++] = address & 0xFFFF;
                if (position < text.length()) {
                    throw unexpected();
                }
            } else {
                groups[count++] = group();
            }
        }
        if (gapAt < 0 ? count < GROUPS : count == GROUPS) {
            throw wrong(gapAt < 0 ? "fewer than eight groups" : "'::' stands for nothing");
        }
        return assembled(groups, count, gapAt < 0 ? count : gapAt);
    }

    private void skipColon() {
        if (text.charAt(position) != ':') {
            throw unexpected();
        }
        position++;
        if (position == text.length()) {
            throw wrong("it ends with ':'");
        }
    }

    /** Whether a dot comes before the next colon. */
    private boolean lastPartsAreV4() {
        int dot = text.indexOf('.', position);
        return dot >= 0 && text.indexOf(':', position) < 0;
    }

    private int group() {
        int start = position;
        int value = 0;
        while (position < text.length() && digit(16) >= 0) {
            value = value << 4 | digit(16);
            position++;
            if (position - start > 4) {
                throw wrong("a group has more than four digits");
            }
        }
        if (position == start) {
            throw unexpected();
        }
        return value;
    }

    private static Ip assembled(int[] groups, int count, int gapAt) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < count; i++) {
            int at = i < gapAt ? i : GROUPS - count + i;
            if (at < 4) {
                high |= (long) groups[i] << (16 * (3 - at));
            } else {
                low |= (long) groups[i] << (16 * (7 - at));
            }
        }
        return new Ip(high, low);
    }

    private Zone zone(Ip ip, String name) {
        if (name.isEmpty() || !name.chars().allMatch(IpReader::inZone) || ip.isV4()) {
            throw wrong("'%" + name + "' is no link for it");
        }
        try {
            // the JDK knows the host's interfaces, and which of them can carry this address
            var inet6 = (Inet6Address) InetAddress.ofLiteral(text + "%" + name);
            return new Zone(name, inet6.getScopeId());
        } catch (IllegalArgumentException _) {
            throw wrong("this host has no interface '" + name + "' for it");
        }
    }

    private static boolean inZone(int c) {
        return (c < 128 && Character.isLetterOrDigit(c)) || c == '.' || c == '_' || c == '-';
    }

    /** The digit here, or -1: ASCII only, although the JDK knows others. */
    private int digit(int radix) {
        char c = text.charAt(position);
        return c < 128 ? Character.digit(c, radix) : -1;
    }

    private NotAnAddress unexpected() {
        return wrong(position < text.length()
                ? "'" + text.charAt(position) + "' does not belong there"
                : "it ends too early");
    }

    private NotAnAddress wrong(String detail) {
        return new NotAnAddress(quote(whole) + " is not an IP address", detail, null);
    }
}
