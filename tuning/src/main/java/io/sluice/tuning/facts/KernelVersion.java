package io.sluice.tuning.facts;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A kernel release such as {@code 6.1.0-18-amd64}; 0.0 when it could not be read. */
public record KernelVersion(int major, int minor, String release) {
    private static final Pattern NUMBERS = Pattern.compile("^(\\d+)\\.(\\d+)");

    public static KernelVersion parse(@Nullable String release) {
        Matcher numbers = NUMBERS.matcher(release == null ? "" : release);
        return numbers.find()
                ? new KernelVersion(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)), numbers
                        .replaceFirst("$0"))
                : new KernelVersion(0, 0, "unknown");
    }

    public boolean isKnown() {
        return major > 0;
    }

    public boolean atLeast(int wantedMajor, int wantedMinor) {
        return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
    }
}
