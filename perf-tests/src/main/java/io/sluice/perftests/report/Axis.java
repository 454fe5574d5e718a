package io.sluice.perftests.report;

import java.util.ArrayList;
import java.util.List;

/** Maps values to places along a line, evenly or by their logarithm. Immutable. */
record Axis(double low, double high, boolean logarithmic, double from, double to) {
    Axis {
        if (!(high > low)) {
            high = logarithmic ? low * 10 : low + 1;
        }
    }

    /** From a power of ten at or below the smallest value to one at or above the largest. */
    static Axis decades(double smallest, double largest, double from, double to) {
        double low = Math.pow(10, Math.floor(Math.log10(Math.max(smallest, 1e-9))));
        double high = Math.pow(10, Math.ceil(Math.log10(Math.max(largest, 1e-9))));
        return new Axis(low, high, true, from, to);
    }

    double at(double value) {
        double clamped = Math.clamp(value, low, high);
        double share = logarithmic ? Math.log(clamped / low) / Math.log(high / low) : (clamped - low) / (high - low);
        return from + share * (to - from);
    }

    /** Every power of ten; on an even axis about five round steps. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        if (logarithmic) {
            for (double tick = low; tick <= high * 1.0001; tick *= 10) {
                ticks.add(tick);
            }
            return ticks;
        }
        double rough = (high - low) / 5;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = rough / power > 5
                ? 10 * power
                : rough / power > 2 ? 5 * power : rough / power > 1 ? 2 * power : power;
        for (double tick = Math.ceil(low / step) * step; tick <= high * 1.0001; tick += step) {
            ticks.add(tick);
        }
        return ticks;
    }
}
