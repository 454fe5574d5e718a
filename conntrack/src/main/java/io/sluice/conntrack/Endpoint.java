package io.sluice.conntrack;

/** An address and port as a reader sees it; the address as two longs ({@link Ip}). */
public record Endpoint(long hi, long lo, int port) {
    /** No endpoint: all zeros. */
    public boolean absent() {
        return hi == 0 && lo == 0 && port == 0;
    }

    /** {@code 10.0.0.1:80} or {@code [2001:db8::1]:80}; a dash where there is none. */
    @Override
    public String toString() {
        if (absent()) {
            return "-";
        }
        String address = Ip.text(hi, lo);
        return Ip.isV4(hi, lo) ? address + ":" + port : "[" + address + "]:" + port;
    }
}
