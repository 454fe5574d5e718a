package io.sluice.engine.admin.http;

import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.engine.config.Word;

/** What a user may do. */
public enum Role implements Word {
    /** Look at everything, change nothing. */
    VIEWER,
    /** Also change. */
    OPERATOR;

    boolean allows(Role needed) {
        return compareTo(needed) >= 0;
    }

    @JsonValue
    @Override
    public String word() {
        return Word.super.word();
    }
}
