package io.sluice.dataplane.service;

/** Upper bounds of the connect-time histogram's buckets; the row's column after the last holds the sum, in µs. */
public final class ConnectTimeBuckets {
    private static final long[] UPPER_MICROS = {100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000,
        250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, Long.MAX_VALUE};
    public static final int COUNT = 16;
    /** Column of the sum of all connect times, microseconds. */
    public static final int SUM_MICROS = COUNT;

    private ConnectTimeBuckets() {
    }

    /** Upper bound of a bucket, inclusive; the last is unbounded. */
    public static long upperMicros(int bucket) {
        return UPPER_MICROS[bucket];
    }

    /** The bucket a time falls into. */
    public static int bucket(long micros) {
        int bucket = 0;
        while (micros > UPPER_MICROS[bucket]) {
            bucket++;
        }
        return bucket;
    }
}
