package io.sluice.control.api;

import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.control.config.model.Word;
import java.time.Instant;

/**
 * Something that happened.
 *
 * @param sequence grows by one with each event of this daemon, from 1
 * @param subject {@code SERVICE}, {@code SERVICE/SERVER}, or empty for the daemon
 * @param text a sentence for people
 */
public record Event(long sequence, Instant time, Kind kind, String subject, String text) {
    /** What it is about. */
    public enum Kind implements Word {
        STARTED, STOPPING, CONFIGURATION, HEALTH, ADMIN, SERVICE;

        @JsonValue
        @Override
        public String word() {
            return Word.super.word();
        }
    }
}
