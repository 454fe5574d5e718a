package io.sluice.perftests.report;

import java.util.List;

/** A line chart in SVG, drawn for a phone's width so that it is readable there and scales up elsewhere. Used by one thread. */
final class Chart {
    static final double WIDTH = 400;
    static final double HEIGHT = 260;
    static final double LEFT = 58;
    static final double RIGHT = WIDTH - 24;
    static final double TOP = 12;
    static final double BOTTOM = HEIGHT - 40;

    private final Html svg = new Html();

    Chart(String description) {
        svg.raw("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">", WIDTH, HEIGHT,
                Html.escape(description));
    }

    Chart horizontalGrid(Axis axis, java.util.function.DoubleFunction<String> label) {
        for (double tick : axis.ticks()) {
            double y = axis.at(tick);
            svg.raw("<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, RIGHT, y, y);
            svg.raw("<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>", LEFT - 6, y + 4,
                    Html.escape(label.apply(tick)));
        }
        return this;
    }

    Chart verticalTick(double x, String label) {
        svg.raw("<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>", x, x, TOP, BOTTOM);
        svg.raw("<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>", x, BOTTOM + 16,
                Html.escape(label));
        return this;
    }

    Chart caption(String below) {
        svg.raw("<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>", (LEFT + RIGHT) / 2,
                HEIGHT - 6, Html.escape(below));
        return this;
    }

    /** @param points x and y in turn, in the chart's units */
    Chart line(String style, List<double[]> points) {
        if (points.isEmpty()) {
            return this;
        }
        svg.raw("<polyline class=\"line %s\" points=\"", style);
        points.forEach(point -> svg.raw("%.1f,%.1f ", point[0], point[1]));
        svg.raw("\"/>");
        return this;
    }

    /** A mark across the whole height, with a text that shows on hovering. */
    Chart mark(double x, double width, String style, String title) {
        svg.raw("<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s</title></rect>",
                style, x, TOP, Math.max(width, 1.5), BOTTOM - TOP, Html.escape(title));
        return this;
    }

    Chart dot(double x, double y, String style, String title) {
        svg.raw("<circle class=\"dot %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.6\"><title>%s</title></circle>", style, x, y,
                Html.escape(title));
        return this;
    }

    @Override
    public String toString() {
        return svg + "</svg>";
    }
}
