package io.sluice.control.config.type;

import io.sluice.ringbuffers.ip.NotAnAddress;
import org.jspecify.annotations.Nullable;

/** Says why a text is no value of a type; the type's allowed values are added by who catches it. */
final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable String suggestion;

    /**
     * @param found what was found, such as {@code '70000' is too large}
     * @param suggestion what was probably meant
     */
    Unreadable(String found, @Nullable String suggestion) {
        super(found, null, false, false);
        this.suggestion = suggestion;
    }

    /** Says what the reader of addresses says. */
    Unreadable(NotAnAddress reason) {
        this(reason.found(), reason.suggestion());
    }

    Unreadable(String found) {
        this(found, null);
    }

    @Nullable
    String suggestion() {
        return suggestion;
    }
}
