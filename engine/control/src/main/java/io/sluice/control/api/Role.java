package io.sluice.control.api;

import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.control.config.model.Word;
import java.util.Arrays;
import java.util.Optional;

/** What a user may do. */
public enum Role implements Word {
    /** Look at everything, change nothing. */
    VIEWER,
    /** Also change. */
    OPERATOR;

    /** Empty: no role is called so. */
    public static Optional<Role> named(String word) {
        return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
    }

    /** Whether it may do what needs that one. */
    public boolean allows(Role needed) {
        return compareTo(needed) >= 0;
    }

    @JsonValue
    @Override
    public String word() {
        return Word.super.word();
    }
}
