package io.sluice.program.cli;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
public final class Quantities {
    private static final String[] BYTE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Quantities() {
    }

    /** {@code 512 B}, {@code 1.5 KiB}, {@code 23 GiB}. */
    public static String bytes(double bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return (unit == 0 || value >= 100 ? String.format(Locale.ROOT, "%.0f", value) : oneDecimal(value)) + " "
                + BYTE_UNITS[unit];
    }

    /** {@code 950}, {@code 12.3 k}, {@code 4.5 M}. */
    public static String count(double count) {
        if (count < 10_000) {
            return String.format(Locale.ROOT, "%.0f", count);
        }
        return count < 1_000_000 ? oneDecimal(count / 1000) + " k" : oneDecimal(count / 1_000_000) + " M";
    }

    /** The two largest units: {@code 3d4h}, {@code 5m2s}, {@code 7s}, {@code 120ms}. */
    public static String age(Duration age) {
        if (age.isNegative()) {
            return "0s";
        }
        long seconds = age.toSeconds();
        if (seconds == 0) {
            return age.toMillis() + "ms";
        }
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return pair(seconds / 60, "m", seconds % 60, "s");
        }
        return seconds < 86_400
                ? pair(seconds / 3600, "h", seconds % 3600 / 60, "m")
                : pair(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
    }

    /** {@code 85 µs}, {@code 1.2 ms}, {@code 3.4 s}. */
    public static String micros(double micros) {
        if (micros < 1000) {
            return String.format(Locale.ROOT, "%.0f µs", micros);
        }
        return micros < 1_000_000 ? oneDecimal(micros / 1000) + " ms" : oneDecimal(micros / 1_000_000) + " s";
    }

    private static String pair(long large, String largeUnit, long small, String smallUnit) {
        return small == 0 ? large + largeUnit : large + largeUnit + small + smallUnit;
    }

    private static String oneDecimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
