package io.sluice.control.api;

import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.control.config.model.Word;

/** What the health checks say of a real server. */
public enum ServerHealth implements Word {
    UP, DOWN,
    /** No check has finished yet, or none could be run: nothing is known. */
    CHECKING;

    @JsonValue
    @Override
    public String word() {
        return Word.super.word();
    }
}
