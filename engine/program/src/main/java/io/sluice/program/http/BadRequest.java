package io.sluice.program.http;

import java.io.IOException;

/** What came is no request that can be served: a status and words; the connection ends after the answer. */
public final class BadRequest extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;

    BadRequest(int status, String message) {
        super(message);
        this.status = status;
    }

    public int status() {
        return status;
    }

    /** What is wrong with it. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
