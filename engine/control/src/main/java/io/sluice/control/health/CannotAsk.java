package io.sluice.control.health;

import java.io.IOException;

/** A probe could not be run for a reason of this host: it says nothing of the server. Any thread. */
final class CannotAsk extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param why in words */
    CannotAsk(String why, Throwable cause) {
        super(why, cause);
    }
}
