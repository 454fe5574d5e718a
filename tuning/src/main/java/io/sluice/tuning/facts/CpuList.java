package io.sluice.tuning.facts;

import java.util.BitSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A set of CPUs in the kernel's two notations: lists ({@code 0-3,8}) and masks ({@code ff,00000003}). Immutable. */
public final class CpuList {
    public static final CpuList NONE = new CpuList(new BitSet());

    private final BitSet cpus;

    private CpuList(BitSet cpus) {
        this.cpus = cpus;
    }

    public static CpuList of(IntStream cpus) {
        BitSet bits = new BitSet();
        cpus.forEach(bits::set);
        return new CpuList(bits);
    }

    /** From {@code 0-3,8}; nothing from null or an unreadable text. */
    public static CpuList parse(@Nullable String list) {
        BitSet bits = new BitSet();
        if (list != null) {
            for (String part : list.strip().split(",")) {
                String[] ends = part.strip().split("-");
                if (ends[0].matches("\\d+")) {
                    int low = Integer.parseInt(ends[0]);
                    bits.set(low, (ends.length > 1 ? Integer.parseInt(ends[1]) : low) + 1);
                }
            }
        }
        return new CpuList(bits);
    }

    /** From {@code 00000003} or {@code ff,00000003} (32-bit words, the highest first). */
    public static CpuList parseMask(@Nullable String mask) {
        BitSet bits = new BitSet();
        if (mask != null && mask.strip().matches("[0-9a-fA-F]+(,[0-9a-fA-F]{8})*")) {
            bits = BitSet.valueOf(reversed(new java.math.BigInteger(mask.strip().replace(",", ""), 16).toByteArray()));
        }
        return new CpuList(bits);
    }

    public int count() {
        return cpus.cardinality();
    }

    public boolean isEmpty() {
        return cpus.isEmpty();
    }

    public boolean contains(int cpu) {
        return cpus.get(cpu);
    }

    public boolean containsAll(CpuList others) {
        BitSet missing = (BitSet) others.cpus.clone();
        missing.andNot(cpus);
        return missing.isEmpty();
    }

    public IntStream stream() {
        return cpus.stream();
    }

    /** The mask as the kernel prints it in rps_cpus, without leading zero words. */
    public String mask() {
        int words = Math.max(1, (cpus.length() + 31) / 32);
        return IntStream.iterate(words - 1, word -> word >= 0, word -> word - 1)
                .mapToObj(word -> String.format(word == words - 1 ? "%x" : "%08x", word(word)))
                .collect(Collectors.joining(","));
    }

    private int word(int index) {
        int word = 0;
        for (int bit = 0; bit < 32; bit++) {
            word |= cpus.get(index * 32 + bit) ? 1 << bit : 0;
        }
        return word;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CpuList that && that.cpus.equals(cpus);
    }

    @Override
    public int hashCode() {
        return cpus.hashCode();
    }

    /** The list notation, shortest form. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int low = cpus.nextSetBit(0); low >= 0;) {
            int high = cpus.nextClearBit(low) - 1;
            text.append(text.isEmpty() ? "" : ",").append(low).append(high > low ? "-" + high : "");
            low = cpus.nextSetBit(high + 1);
        }
        return text.toString();
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] little = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            little[i] = bytes[bytes.length - 1 - i];
        }
        return little;
    }
}
