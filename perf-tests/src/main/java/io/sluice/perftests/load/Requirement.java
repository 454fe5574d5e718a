package io.sluice.perftests.load;

import io.sluice.perftests.Units;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/** What a user asks of a run: `p99<=2ms`, `rate>=10000`, `bytes>=1GiB`, `errors<=0`. Immutable. */
record Requirement(String text, String figure, boolean atMost, double limit) {
    private static final Pattern FORM = Pattern.compile("([^<>=!]*)([<>=!]+)(.*)");
    private static final Pattern PERCENTILE = Pattern.compile("p(\\d+(?:\\.\\d+)?)");
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?");
    private static final Pattern FIGURES = Pattern.compile("max|rate|bytes|errors");

    static Requirement parse(String text) {
        Matcher matcher = FORM.matcher(text.replace(" ", ""));
        if (!matcher.matches()) {
            throw wrong(text, "a figure, <= or >=, a limit; like p99<=2ms");
        }
        String figure = figure(text, matcher.group(1));
        String sign = matcher.group(2);
        String limit = matcher.group(3);
        if (!sign.equals("<=") && !sign.equals(">=")) {
            boolean least = sign.contains(">")
                    || (!sign.contains("<") && (figure.equals("rate") || figure.equals("bytes")));
            throw wrong(text, "it compares by <= or >=, so " + suggestion(figure, least ? ">=" : "<=", limit));
        }
        return new Requirement(text, figure, sign.equals("<="), limit(text, figure, sign, limit));
    }

    private static String figure(String text, String figure) {
        Matcher percentile = PERCENTILE.matcher(figure);
        if (percentile.matches()) {
            double share = Double.parseDouble(percentile.group(1));
            if (share > 0 && share <= 100) {
                return figure;
            }
            throw wrong(text, "a percentile is more than 0 and at most 100, like p99.9");
        }
        if (!FIGURES.matcher(figure).matches()) {
            throw wrong(text, "it begins with a figure: p50, p99, p99.9 (any percentile), max, rate, bytes or errors");
        }
        return figure;
    }

    private static double limit(String text, String figure, String sign, String limit) {
        switch (figure) {
            case "errors", "rate" -> {
                if (NUMBER.matcher(limit).matches()) {
                    return Double.parseDouble(limit);
                }
                String what = figure.equals("errors")
                        ? "errors is the number of operations that failed, not a share of them"
                        : "rate is a plain number of operations per second";
                throw wrong(text, what + ", so " + suggestion(figure, sign, limit));
            }
            case "bytes" -> {
                try {
                    return Units.largeSizeBytes(limit.replaceFirst("/s$", ""));
                } catch (IllegalArgumentException e) {
                    throw wrong(text, "bytes is a size per second, with B, KiB, MiB or GiB, so "
                            + suggestion(figure, sign, limit));
                }
            }
            default -> {
                try {
                    return Units.durationNs(limit);
                } catch (IllegalArgumentException e) {
                    throw wrong(text, figure + " is a duration with its unit (ns us ms s m h d), so "
                            + suggestion(figure, sign, limit));
                }
            }
        }
    }

    /** The same with what it lacks: what the user most likely meant, and always something that is understood. */
    private static String suggestion(String figure, String sign, String limit) {
        Matcher number = Pattern.compile("(\\d+(?:\\.\\d+)?)(.*)").matcher(limit);
        String digits = number.matches() ? number.group(1) : "";
        String unit = number.matches() ? number.group(2) : "";
        String meant = switch (figure) {
            case "errors" -> unit.isEmpty() && !digits.isEmpty() ? digits : "0";
            case "rate" -> digits.isEmpty() ? "10000" : digits + thousands(unit);
            case "bytes" -> digits.isEmpty() || digits.contains(".")
                    ? "1GiB"
                    : digits + switch (unit.isEmpty() ? ' ' : Character.toUpperCase(unit.charAt(0))) {
                        case 'K' -> "KiB";
                        case 'M' -> "MiB";
                        case 'G' -> "GiB";
                        default -> "B";
                    };
            default -> digits.isEmpty() ? "2ms" : digits + (unit.matches("ns|us|ms|s|m|h|d") ? unit : "ms");
        };
        return figure + sign + meant;
    }

    private static String thousands(String unit) {
        return switch (unit) {
            case "k", "K" -> "000";
            case "M" -> "000000";
            default -> "";
        };
    }

    private static IllegalArgumentException wrong(String text, String hint) {
        return new IllegalArgumentException("--require '" + text + "': " + hint);
    }

    double measured(LoadOutcome outcome) {
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

    /** Nothing is known of latency where no operation was timed: that holds no promise. */
    private boolean unmeasured(LoadOutcome outcome) {
        return (figure.startsWith("p") || figure.equals("max")) && outcome.total().latency.getTotalCount() == 0;
    }

    boolean holds(LoadOutcome outcome) {
        if (unmeasured(outcome)) {
            return false;
        }
        double measured = measured(outcome);
        return atMost ? measured <= limit : measured >= limit;
    }

    String describe(LoadOutcome outcome) {
        double measured = measured(outcome);
        String shown = unmeasured(outcome) ? "no operation was timed" : switch (figure) {
            case "rate", "errors" -> Units.count(measured);
            case "bytes" -> Units.bytes(measured) + "/s";
            default -> Units.duration(measured);
        };
        return text + ": " + (holds(outcome) ? "holds" : "FAILS") + " (" + shown + ")";
    }
}
