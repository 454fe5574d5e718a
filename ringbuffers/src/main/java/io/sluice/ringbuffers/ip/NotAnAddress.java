package io.sluice.ringbuffers.ip;

import org.jspecify.annotations.Nullable;

/** Says why a text is no address or network: {@code '10.0.0.256' is not an IP address: a part is above 255}. */
public final class NotAnAddress extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private static final int QUOTED = 60;

    private final String found;
    private final @Nullable String suggestion;

    NotAnAddress(String found, String detail, @Nullable String suggestion) {
        super(detail.isEmpty() ? found : found + ": " + detail);
        this.found = found;
        this.suggestion = suggestion;
    }

    /** What was found, without the detail: {@code '10.0.0.256' is not an IP address}. */
    public String found() {
        return found;
    }

    /** What was probably meant. */
    public @Nullable String suggestion() {
        return suggestion;
    }

    static String quote(String text) {
        String line = text.length() > QUOTED ? text.substring(0, QUOTED - 3) + "..." : text;
        return "'" + line.replace("\n", "\\n") + "'";
    }
}
