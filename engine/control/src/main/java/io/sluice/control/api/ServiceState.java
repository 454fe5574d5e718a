package io.sluice.control.api;

import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.control.config.model.Word;

/** How well a virtual service is. */
public enum ServiceState implements Word {
    /** Every server that is meant to serve does. */
    UP,
    /** It serves with fewer servers than meant, with its backup servers, or with servers not checked yet. */
    DEGRADED,
    /** No real server takes a client; the fallback may. */
    DOWN;

    @JsonValue
    @Override
    public String word() {
        return Word.super.word();
    }
}
