package io.sluice.program.admin.http;

import java.util.List;

/** A request that is answered with an error: an HTTP status and words for people. */
final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final List<String> problems;
    private final int retryAfterSeconds;

    ApiError(int status, String message) {
        this(status, message, List.of(), 0);
    }

    ApiError(int status, String message, List<String> problems) {
        this(status, message, problems, 0);
    }

    private ApiError(int status, String message, List<String> problems, int retryAfterSeconds) {
        super(message, null, false, false);
        this.status = status;
        this.problems = List.copyOf(problems);
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** 429: not before that many seconds. */
    static ApiError later(int seconds) {
        return new ApiError(429, "too many failed logins; try again in " + seconds + " s", List.of(), seconds);
    }

    /** 503: something that is bounded is in use; it will not be for long. */
    static ApiError busy(String why) {
        return new ApiError(503, why + "; try again in a moment", List.of(), 1);
    }

    int status() {
        return status;
    }

    String text() {
        String message = getMessage();
        return message == null ? "" : message;
    }

    List<String> problems() {
        return problems;
    }

    /** 0: none. */
    int retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
