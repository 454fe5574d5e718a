package io.sluice.control.config.model;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** IP addresses of one family from first to last, both included. */
public record AddressRange(InetAddress first, InetAddress last) {
    /** Longest range a file may hold: a pool is a list of local addresses, not a network. */
    public static final int LONGEST = 65_536;

    public AddressRange {
        if (first.getAddress().length != last.getAddress().length) {
            throw new IllegalArgumentException("a range holds addresses of one family");
        }
        if (Arrays.compareUnsigned(first.getAddress(), last.getAddress()) > 0) {
            throw new IllegalArgumentException("the range runs backwards");
        }
        if (number(last).subtract(number(first)).compareTo(BigInteger.valueOf(LONGEST)) >= 0) {
            throw new IllegalArgumentException("the range holds more than " + LONGEST + " addresses");
        }
    }

    public boolean overlaps(AddressRange other) {
        return first.getAddress().length == other.first.getAddress().length
                && Arrays.compareUnsigned(first.getAddress(), other.last.getAddress()) <= 0
                && Arrays.compareUnsigned(other.first.getAddress(), last.getAddress()) <= 0;
    }

    /** Every address, ascending. */
    public List<InetAddress> addresses() {
        int count = number(last).subtract(number(first)).intValueExact() + 1;
        return IntStream.range(0, count).mapToObj(offset -> plus(first, offset)).toList();
    }

    /** {@code 10.0.0.5} or {@code 10.0.0.6-10.0.0.9}. */
    @Override
    public String toString() {
        return first.equals(last) ? Addresses.text(first) : Addresses.text(first) + "-" + Addresses.text(last);
    }

    private static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }

    private static InetAddress plus(InetAddress address, int offset) {
        byte[] bytes = address.getAddress();
        for (int i = bytes.length - 1, carry = offset; carry > 0; i--) {
            int sum = (bytes[i] & 0xff) + carry;
            bytes[i] = (byte) sum;
            carry = sum >>> 8;
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible); // only a wrong length throws
        }
    }
}
