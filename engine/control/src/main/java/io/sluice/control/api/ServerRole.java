package io.sluice.control.api;

import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.control.config.model.Word;

/** What a real server is to its virtual service. */
public enum ServerRole implements Word {
    SERVER,
    /** Serves when no other server is up. */
    BACKUP,
    /** Serves when nothing else does; not checked. */
    FALLBACK,
    /** No longer configured; its connections live on until {@code timeouts.drain}. */
    REMOVED;

    @JsonValue
    @Override
    public String word() {
        return Word.super.word();
    }
}
