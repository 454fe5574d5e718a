package io.sluice.control.api;

import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.control.config.model.Word;

/** What an administrator wants of a real server. */
public enum AdminState implements Word {
    /** Nothing special. */
    ONLINE,
    /** No new clients; those with affinity are still served, established connections live on. */
    DRAIN,
    /** No client at all; established connections are closed. */
    HALT;

    @JsonValue
    @Override
    public String word() {
        return Word.super.word();
    }
}
