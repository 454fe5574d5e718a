package io.sluice.tuning.check;

import java.util.Locale;

/** How numbers are printed in findings. */
final class Amount {
    private Amount() {
    }

    /** 28232 as 28,232. */
    static String of(long number) {
        return number == Long.MAX_VALUE ? "unlimited" : String.format(Locale.ROOT, "%,d", number);
    }

    static String bytes(long bytes) {
        if (bytes == Long.MAX_VALUE) {
            return "unlimited";
        }
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double size = bytes;
        int unit = 0;
        while (size >= 1024 && unit < units.length - 1) {
            size /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, size == Math.rint(size) ? "%.0f %s" : "%.1f %s", size, units[unit]);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", share * 100);
    }

    static String decimal(double number) {
        return String.format(Locale.ROOT, number == Math.rint(number) ? "%.0f" : "%.1f", number);
    }

    /** A whole text, with an s when the number asks for one. */
    static String times(long number, String noun) {
        return of(number) + " " + noun + (number == 1 ? "" : "s");
    }
}
