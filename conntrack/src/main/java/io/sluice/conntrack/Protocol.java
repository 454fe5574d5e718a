package io.sluice.conntrack;

import java.util.Locale;

/** What a virtual service carries, and each of its flows. */
public enum Protocol {
    TCP(6), UDP(17);

    private final int number;
    private final String word = name().toLowerCase(Locale.ROOT);

    Protocol(int number) {
        this.number = number;
    }

    /**
     * The protocol of a number.
     *
     * @param number as {@link #number} gives it; any other is taken for TCP
     */
    public static Protocol of(int number) {
        return number == UDP.number ? UDP : TCP;
    }

    /** IANA's protocol number, as in an IP header. */
    public int number() {
        return number;
    }

    /** As configuration, status and log spell it. */
    public String word() {
        return word;
    }
}
