package io.sluice.ringbuffers.ip;

import java.util.Random;

/** Addresses, networks and texts at random, with the places that matter more often than chance would give them. */
final class RandomIps {
    final Random random;

    RandomIps(long seed) {
        random = new Random(seed);
    }

    Ip next() {
        return random.nextBoolean() ? Ip.v4(bits32()) : v6();
    }

    /** IPv6 with runs of zeros and of ones, and now and then in the IPv4-mapped place or beside it. */
    private Ip v6() {
        if (random.nextInt(8) == 0) {
            return new Ip(0, 0x0000_FFFE_FFFF_FFFFL + random.nextInt(3) * 0x1_0000_0000L);
        }
        return new Ip(bits64(), bits64());
    }

    private int bits32() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(4) - 2;
            case 1 -> 0x0A00_0000 + random.nextInt(512);
            default -> random.nextInt();
        };
    }

    private long bits64() {
        long bits = 0;
        for (int group = 0; group < 4; group++) {
            bits = bits << 16 | switch (random.nextInt(4)) {
                case 0 -> random.nextInt(0x1_0000);
                case 1 -> 0xFFFF;
                default -> 0;
            };
        }
        return bits;
    }

    Prefix prefix() {
        Ip ip = next();
        return new Prefix(ip, random.nextInt(ip.bits() + 1));
    }

    /** An address near the edge of a network: its first, its last, one beside them, or any. */
    Ip near(Prefix prefix) {
        Ip first = prefix.address();
        int bits = prefix.bits128();
        Ip last = new Ip(first.high() | ~Prefix.maskHigh(bits), first.low() | ~Prefix.maskLow(bits));
        long step = random.nextInt(3) - 1;
        Ip from = random.nextBoolean() ? first : last;
        try {
            return random.nextInt(8) == 0 ? next() : from.plus(step);
        } catch (IllegalArgumentException beyondTheFamily) {
            return from;
        }
    }

    /** What looks like an address, and mostly is none. */
    String text() {
        if (random.nextInt(3) == 0) {
            StringBuilder damaged = new StringBuilder(next().toString());
            int at = random.nextInt(damaged.length());
            switch (random.nextInt(3)) {
                case 0 -> damaged.deleteCharAt(at);
                case 1 -> damaged.insert(at, character());
                default -> damaged.setCharAt(at, character());
            }
            return damaged.toString();
        }
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i >= 0; i--) {
            text.append(character());
        }
        return text.toString();
    }

    private char character() {
        return "0123456789abcdefABCDEF::::::....gx% /-\u0661".charAt(random.nextInt(39));
    }
}
