package io.sluice.control.config.model;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** An IP network in CIDR notation; host bits are zero. */
public record Network(InetAddress address, int prefix) {
    public Network {
        int bits = address.getAddress().length * 8;
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException("prefix /" + prefix + " is outside 0.." + bits);
        }
        address = masked(address, prefix);
    }

    /** Of the same family and equal in the first {@link #prefix} bits. */
    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] its = other.getAddress();
        if (mine.length != its.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit += 8) {
            int mask = 0xff << Math.max(0, 8 - (prefix - bit)) & 0xff;
            if (((mine[bit / 8] ^ its[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether every address of the other network is in this one. */
    public boolean contains(Network other) {
        return other.prefix >= prefix && contains(other.address);
    }

    /** {@code 10.0.0.0/8}. */
    @Override
    public String toString() {
        return Addresses.text(address) + "/" + prefix;
    }

    private static InetAddress masked(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.clamp(prefix - i * 8, 0, 8);
            bytes[i] &= (byte) (0xff << (8 - kept));
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible); // only a wrong length throws
        }
    }
}
