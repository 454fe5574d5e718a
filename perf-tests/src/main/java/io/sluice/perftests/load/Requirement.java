package io.sluice.perftests.load;

import io.sluice.perftests.Units;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/** What a user asks of a run: `p99<=2ms`, `rate>=10000`, `bytes>=1GiB`, `errors<=0`. */
record Requirement(String text, String figure, boolean atMost, double limit) {
    private static final Pattern FORM = Pattern.compile("(p\\d+(?:\\.\\d+)?|max|rate|bytes|errors)(<=|>=)(.+)");

    static Requirement parse(String text) {
        Matcher matcher = FORM.matcher(text.replace(" ", ""));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is no requirement: p50|p99|p99.9|max|rate|bytes|errors, <= or >=, a limit; like p99<=2ms");
        }
        String figure = matcher.group(1);
        String limit = matcher.group(3);
        double value = switch (figure) {
            case "rate", "errors" -> Double.parseDouble(limit);
            case "bytes" -> Units.sizeBytes(limit);
            default -> Units.durationNs(limit);
        };
        return new Requirement(text, figure, matcher.group(2).equals("<="), value);
    }

    double measured(Outcome outcome) {
        Interval total = outcome.total();
        Histogram latency = total.latency;
        return switch (figure) {
            case "rate" -> total.perSecond(Count.OPERATIONS);
            case "bytes" -> total.bytesPerSecond();
            case "errors" -> total.failures();
            case "max" -> latency.getMaxValue();
            default -> latency.getValueAtPercentile(Double.parseDouble(figure.substring(1)));
        };
    }

    boolean holds(Outcome outcome) {
        double measured = measured(outcome);
        return atMost ? measured <= limit : measured >= limit;
    }

    String describe(Outcome outcome) {
        double measured = measured(outcome);
        String shown = switch (figure) {
            case "rate", "errors" -> Units.count(measured);
            case "bytes" -> Units.bytes(measured) + "/s";
            default -> Units.duration(measured);
        };
        return text + ": " + (holds(outcome) ? "holds" : "FAILS") + " (" + shown + ")";
    }
}
