package io.sluice.engine.conductor;

import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.engine.config.Word;

/** How well a virtual service is. */
public enum ServiceState implements Word {
    /** Every server that is meant to serve does. */
    UP,
    /** It serves, with fewer servers than configured, with its backup servers or its fallback. */
    DEGRADED,
    /** No server takes a client. */
    DOWN;

    @JsonValue
    @Override
    public String word() {
        return Word.super.word();
    }
}
