package io.sluice.perftests.report;

import io.sluice.perftests.lab.Metric;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one chart shows, as the data that charts.js hands to uPlot: series over common places, and marks across them.
 * Used by one thread.
 */
final class Plot {
    private final String description;
    private final ObjectNode root = JsonMapper.shared().createObjectNode();
    private final ObjectNode x = root.putObject("x");
    private final ObjectNode y = root.putObject("y");
    private final ArrayNode series = root.putArray("series");
    private final ArrayNode marks = root.putArray("marks");

    /** @param description for who cannot see it */
    Plot(String description) {
        this.description = description;
    }

    /** @param suffix behind numbers of the axis, with its space */
    Plot x(String name, String suffix, double[] values) {
        x.put("name", name).put("suffix", suffix);
        numbers(x.putArray("values"), values);
        return this;
    }

    /** Words for the places 0, 1, 2 and so on. */
    Plot labels(Iterable<String> words) {
        ArrayNode labels = x.putArray("labels");
        words.forEach(labels::add);
        return this;
    }

    /** A tick of one's own instead of even ones. */
    Plot tick(double at, String label) {
        x.withArray("ticks").addObject().put("at", at).put("label", label);
        return this;
    }

    /** Durations in nanoseconds on a logarithmic axis. */
    Plot durations() {
        return y("ns", 1, "", true);
    }

    /** Values of this metric, from zero on. */
    Plot values(Metric metric) {
        return switch (metric) {
            case BYTES_PER_SECOND -> y("bytes", 1, "/s", false);
            case OPERATIONS_PER_SECOND, DATAGRAMS_PER_SECOND -> y("count", 1, "/s", false);
            case P50, P99, P999, CPU_PER_OPERATION -> y("ns", 1e3, "", false);
            case CPU_PER_GIB -> y("plain", 1, " s", false);
            case BYTES_PER_CONNECTION, ALLOCATED_PER_OPERATION -> y("bytes", 1, "", false);
            case LOST_BY_RELOAD -> y("count", 1, "", false);
            case FAILOVER_GAP -> y("ns", 1e6, "", false);
        };
    }

    private Plot y(String unit, double factor, String suffix, boolean logarithmic) {
        y.put("unit", unit).put("factor", factor).put("suffix", suffix).put("logarithmic", logarithmic);
        return this;
    }

    /** @param values one for each place; NaN: none */
    Plot line(String name, String style, double[] values) {
        return series(name, style, values, false);
    }

    Plot dots(String name, String style, double[] values) {
        return series(name, style, values, true);
    }

    private Plot series(String name, String style, double[] values, boolean dots) {
        ObjectNode one = series.addObject().put("name", name).put("style", style).put("dots", dots);
        numbers(one.putArray("values"), values);
        return this;
    }

    /** Something that happened, across the whole height, with words that show on hovering. */
    Plot mark(double at, double width, String style, String title) {
        marks.addObject().put("x", at).put("width", width).put("style", style).put("title", title);
        return this;
    }

    private static void numbers(ArrayNode array, double[] values) {
        for (double value : values) {
            if (Double.isFinite(value)) {
                array.add(value);
            } else {
                array.addNull();
            }
        }
    }

    @Override
    public String toString() {
        return new Html().raw("<div class=\"plot\" role=\"img\" aria-label=\"%s\">", Html.escape(description))
                .raw("<script type=\"application/json\">").raw(root.toString().replace("<", "\\u003c"))
                .raw("</script></div>").toString();
    }
}
