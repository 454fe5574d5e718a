package io.sluice.dataplane.service;

import org.jspecify.annotations.Nullable;

/** Does several things although one of them may throw, and throws in the end what the first one threw. One thread. */
public final class EachInTurn {
    private @Nullable RuntimeException exception;
    private @Nullable Error error;

    public void run(Runnable thing) {
        try {
            thing.run();
        } catch (RuntimeException thrown) {
            exception = exception == null ? thrown : exception;
        } catch (Error thrown) {
            error = error == null ? thrown : error;
        }
    }

    /** Throws where something has thrown; an error before an exception. */
    public void finish() {
        if (error != null) {
            throw error;
        }
        if (exception != null) {
            throw exception;
        }
    }
}
