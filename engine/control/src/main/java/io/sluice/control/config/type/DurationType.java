package io.sluice.control.config.type;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A length of time with its unit: {@code 500ms}, {@code 6m}, {@code 1h30m}. */
public final class DurationType extends ScalarType<Duration> {
    private static final Map<String, Duration> UNITS = new LinkedHashMap<>();
    private static final Map<String, String> OTHER_UNITS = Map.ofEntries(Map.entry("sec", "s"), Map.entry("secs", "s"),
            Map.entry("second", "s"), Map.entry("seconds", "s"), Map.entry("min", "m"), Map.entry("mins", "m"),
            Map.entry("minute", "m"), Map.entry("minutes", "m"), Map.entry("hr", "h"), Map.entry("hour", "h"),
            Map.entry("hours", "h"), Map.entry("day", "d"), Map.entry("days", "d"), Map.entry("msec", "ms"),
            Map.entry("millis", "ms"), Map.entry("usec", "us"), Map.entry("µs", "us"));
    private static final Pattern FORM = Pattern.compile("(?:\\d{1,9}(?:us|ms|s|m|h|d))+");
    private static final Pattern PART = Pattern.compile("(\\d{1,9})(us|ms|s|m|h|d)");
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final Pattern FOREIGN = Pattern.compile("(\\d+)\\s*([\\p{L}]+)");

    static {
        UNITS.put("d", Duration.ofDays(1));
        UNITS.put("h", Duration.ofHours(1));
        UNITS.put("m", Duration.ofMinutes(1));
        UNITS.put("s", Duration.ofSeconds(1));
        UNITS.put("ms", Duration.ofMillis(1));
        UNITS.put("us", Duration.ofNanos(1000));
    }

    private final Duration low;
    private final Duration high;

    DurationType(Duration low, Duration high) {
        this.low = low;
        this.high = high;
    }

    @Override
    Duration parse(String text, boolean plain) throws Unreadable {
        if (!FORM.matcher(text).matches()) {
            throw notADuration(text);
        }
        Duration sum = Duration.ZERO;
        for (Matcher part = PART.matcher(text); part.find();) {
            sum = sum.plus(unit(part.group(2)).multipliedBy(Long.parseLong(part.group(1))));
        }
        if (sum.compareTo(low) < 0 || sum.compareTo(high) > 0) {
            throw new Unreadable(Message.quote(text) + " is too " + (sum.compareTo(low) < 0 ? "short" : "long"));
        }
        return sum;
    }

    private static Unreadable notADuration(String text) {
        if (NUMBER.matcher(text).matches()) {
            return text.equals("0")
                    ? new Unreadable("'0' has no unit", "0s")
                    : new Unreadable(Message.quote(text) + " has no unit", text + "s");
        }
        Matcher foreign = FOREIGN.matcher(text);
        if (foreign.matches()) {
            String word = foreign.group(2).toLowerCase(Locale.ROOT);
            String unit = UNITS.containsKey(word) ? word : OTHER_UNITS.get(word);
            return new Unreadable(Message.quote(text) + " has no known unit",
                    unit == null ? null : foreign.group(1) + unit);
        }
        return new Unreadable(Message.quote(text) + " is not a duration");
    }

    private static Duration unit(String name) {
        Duration unit = UNITS.get(name);
        return unit == null ? Duration.ZERO : unit;
    }

    /** As few units as say it exactly: {@code 1h30m}. */
    public static String text(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        var text = new StringBuilder();
        Duration rest = duration;
        for (var unit : UNITS.entrySet()) {
            long count = rest.dividedBy(unit.getValue());
            if (count > 0) {
                text.append(count).append(unit.getKey());
                rest = rest.minus(unit.getValue().multipliedBy(count));
            }
        }
        return text.toString();
    }

    @Override
    String noun() {
        return "a duration";
    }

    @Override
    public Object plain(Duration value) {
        return text(value);
    }

    @Override
    public String allowed() {
        return "a duration from " + text(low) + " to " + text(high) + ", such as 500ms, 6s, 6m, 6h, 1d";
    }

    @Override
    public Map<String, Object> schema() {
        return ordered("type", "string", "pattern", "^([0-9]{1,9}(us|ms|s|m|h|d))+$");
    }
}
