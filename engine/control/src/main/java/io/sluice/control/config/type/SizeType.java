package io.sluice.control.config.type;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes with its unit: {@code 64KiB}, {@code 1MiB}. */
public final class SizeType extends ScalarType<Integer> {
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
