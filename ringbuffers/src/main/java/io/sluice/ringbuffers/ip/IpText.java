package io.sluice.ringbuffers.ip;

/** Writes addresses (RFC 5952); pure functions. */
final class IpText {
    private static final int GROUPS = 8;

    private IpText() {
    }

    static String v4(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xFF) + "." + (address >>> 8 & 0xFF) + "." + (address & 0xFF);
    }

    /** Lower case, no leading zeros, the first longest run of two or more zero groups as {@code ::}. */
    static String v6(long high, long low) {
        int longestAt = -1;
        int longest = 1;
        for (int i = 0; i < GROUPS; i++) {
            int run = 0;
            while (i + run < GROUPS && group(high, low, i + run) == 0) {
                run++;
            }
            if (run > longest) {
                longest = run;
                longestAt = i;
            }
            i += run;
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (i == longestAt) {
                text.append("::");
                i += longest - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(group(high, low, i)));
        }
        return text.toString();
    }

    private static int group(long high, long low, int index) {
        return (int) ((index < 4 ? high : low) >>> (16 * (3 - index % 4))) & 0xFFFF;
    }
}
