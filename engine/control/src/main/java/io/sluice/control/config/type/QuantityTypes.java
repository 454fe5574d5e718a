package io.sluice.control.config.type;

import io.sluice.control.config.model.Rate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers that need their unit to mean something: durations, sizes, rates. Stateless. */
public final class QuantityTypes {
    private QuantityTypes() {
    }

    /** A length of time with its unit: {@code 500ms}, {@code 6m}, {@code 1h30m}. */
    public static final class DurationType extends ScalarType<Duration> {
        private static final Map<String, Duration> UNITS = new LinkedHashMap<>();
        private static final Map<String, String> OTHER_UNITS = Map.ofEntries(Map.entry("sec", "s"),
                Map.entry("secs", "s"),
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
                throw text.equals("0") && !low.isZero()
                        ? new Unreadable("'0' is too short")
                        : notADuration(text);
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
                if (UNITS.containsKey(foreign.group(2))) {
                    return new Unreadable(Message.quote(text) + " is longer than any duration");
                }
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

    /** A number of bytes with its unit: {@code 64KiB}, {@code 1MiB}. */
    public static final class SizeType extends ScalarType<Integer> {
        private static final Pattern FORM = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB)");
        private static final Pattern FOREIGN = Pattern.compile("(\\d{1,9})\\s*([kmgKMG])?[iI]?[bB]?");

        private final int low;
        private final int high;

        public SizeType(int low, int high) {
            this.low = low;
            this.high = high;
        }

        @Override
        Integer parse(String text, boolean plain) throws Unreadable {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw notASize(text);
            }
            long bytes = Long.parseLong(form.group(1)) << switch (form.group(2)) {
                case "KiB" -> 10;
                case "MiB" -> 20;
                case "GiB" -> 30;
                default -> 0;
            };
            if (bytes < low || bytes > high) {
                throw new Unreadable(Message.quote(text) + " is too " + (bytes < low ? "small" : "large"));
            }
            return (int) bytes;
        }

        private static Unreadable notASize(String text) {
            Matcher foreign = FOREIGN.matcher(text);
            if (!foreign.matches()) {
                return new Unreadable(Message.quote(text) + " is not a size");
            }
            String unit = foreign.group(2);
            return unit == null
                    ? new Unreadable(Message.quote(text) + " has no unit", text(Integer.parseInt(foreign.group(1))))
                    : new Unreadable(Message.quote(text) + " has no known unit",
                            foreign.group(1) + unit.toUpperCase(Locale.ROOT) + "iB");
        }

        /** The largest unit that says it exactly. */
        static String text(int bytes) {
            if (bytes != 0 && bytes % (1 << 20) == 0) {
                return (bytes >> 20) + "MiB";
            }
            return bytes != 0 && bytes % (1 << 10) == 0 ? (bytes >> 10) + "KiB" : bytes + "B";
        }

        @Override
        String noun() {
            return "a size";
        }

        @Override
        public Object plain(Integer value) {
            return text(value);
        }

        @Override
        public String allowed() {
            return "a size from " + text(low) + " to " + text(high) + ", such as 64KiB, 1MiB";
        }

        @Override
        public Map<String, Object> schema() {
            return ordered("type", "string", "pattern", "^[0-9]{1,9}(B|KiB|MiB|GiB)$");
        }
    }

    /** So many in a period: {@code 100/s}. */
    public static final class RateType extends ScalarType<Rate> {
        private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,8})/(s|m|h)");
        private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,8}");

        @Override
        Rate parse(String text, boolean plain) throws Unreadable {
            Matcher form = FORM.matcher(text);
            if (form.matches()) {
                return new Rate(Integer.parseInt(form.group(1)), switch (form.group(2)) {
                    case "h" -> Duration.ofHours(1);
                    case "m" -> Duration.ofMinutes(1);
                    default -> Duration.ofSeconds(1);
                });
            }
            if (NUMBER.matcher(text).matches()) {
                throw new Unreadable(Message.quote(text) + " has no period", text + "/s");
            }
            throw new Unreadable(Message.quote(text) + " is not a rate");
        }

        @Override
        String noun() {
            return "a rate";
        }

        @Override
        public Object plain(Rate value) {
            String period = DurationType.text(value.per());
            return value.count() + "/" + period.substring(period.length() - 1);
        }

        @Override
        public String allowed() {
            return "a rate from 1 up, such as 100/s, 100/m, 100/h";
        }

        @Override
        public Map<String, Object> schema() {
            return ordered("type", "string", "pattern", "^[1-9][0-9]{0,8}/(s|m|h)$");
        }
    }
}
