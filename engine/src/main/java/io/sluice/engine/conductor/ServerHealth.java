package io.sluice.engine.conductor;

import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.engine.config.Word;

/** What the health checks say of a real server. */
public enum ServerHealth implements Word {
    UP, DOWN,
    /** No check has finished yet. */
    CHECKING;

    @JsonValue
    @Override
    public String word() {
        return Word.super.word();
    }
}
