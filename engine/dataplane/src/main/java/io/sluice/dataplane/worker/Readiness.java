package io.sluice.dataplane.worker;

/** Bits of readiness, as poll(2) and epoll(7) number them. */
public final class Readiness {
    public static final int READ = 0x1;
    /** Urgent data stand in the stream, told to who watches for room too; a read ends in front of them (tcp(7)). */
    public static final int PRIORITY = 0x2;
    public static final int WRITE = 0x4;
    public static final int ERROR = 0x8;
    /** Both halves are closed. */
    public static final int HANGUP = 0x10;
    /** The peer has closed its half. */
    public static final int READ_HANGUP = 0x2000;
    /** {@link #PRIORITY}, but not for sure: a bit of our own, from a transport that cannot tell. */
    public static final int PERHAPS_PRIORITY = 1 << 30;

    private Readiness() {
    }
}
