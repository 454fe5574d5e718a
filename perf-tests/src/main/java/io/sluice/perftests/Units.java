package io.sluice.perftests;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads and writes durations (`500ms 10s 6m 1h`) and sizes (`64`, `16KiB`, `1GiB`) as users type and read them.
 * Stateless.
 */
public final class Units {
    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})(B|KiB|MiB|GiB)?");

    private Units() {
    }

    /** @return nanoseconds; throws IllegalArgumentException with what is allowed */
    public static long durationNs(String text) {
        Matcher matcher = DURATION.matcher(text.trim());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a duration: a number with a unit ns us ms s m h d, like 10s");
        }
        double unitNs = switch (matcher.group(2)) {
            case "ns" -> 1;
            case "us" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            case "h" -> 3600e9;
            default -> 86400e9;
        };
        return Math.round(Double.parseDouble(matcher.group(1)) * unitNs);
    }

    /** @return bytes; throws IllegalArgumentException with what is allowed */
    public static int sizeBytes(String text) {
        long bytes = largeSizeBytes(text);
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("'" + text + "' is too large: at most 2GiB less one byte");
        }
        return (int) bytes;
    }

    /** As {@link #sizeBytes}, however large. */
    public static long largeSizeBytes(String text) {
        Matcher matcher = SIZE.matcher(text.trim());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a size: a number with B, KiB, MiB or GiB, like 16KiB");
        }
        String unit = matcher.group(2);
        long factor = unit == null || unit.equals("B")
                ? 1
                : unit.equals("KiB") ? 1 << 10 : unit.equals("MiB") ? 1 << 20 : 1 << 30;
        long number = Long.parseLong(matcher.group(1));
        return number > Long.MAX_VALUE / factor ? Long.MAX_VALUE : number * factor;
    }

    /** 1234.5 ns as the shortest readable text with its unit. */
    public static String duration(double ns) {
        if (ns < 1_000) {
            return format(ns) + " ns";
        }
        if (ns < 1e6) {
            return format(ns / 1e3) + " µs";
        }
        return ns < 1e9 ? format(ns / 1e6) + " ms" : format(ns / 1e9) + " s";
    }

    public static String bytes(double bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return format(value) + " " + units[unit];
    }

    /** 98523 as `98.5 k`. */
    public static String count(double value) {
        if (Math.abs(value) < 10_000) {
            return format(value);
        }
        return Math.abs(value) < 1e6 ? format(value / 1e3) + " k" : format(value / 1e6) + " M";
    }

    private static String format(double value) {
        double magnitude = Math.abs(value);
        String pattern = magnitude == Math.rint(magnitude) || magnitude >= 1000
                ? "%.0f"
                : magnitude >= 100 ? "%.1f" : magnitude >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, pattern, value);
    }
}
