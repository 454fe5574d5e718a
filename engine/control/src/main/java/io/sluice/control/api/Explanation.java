package io.sluice.control.api;

import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.control.config.model.Word;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which server a client gets, and why.
 *
 * @param client its address
 * @param server the server's name; null: none, or not to be foretold
 * @param address of that server
 * @param because what decides
 * @param affinity its entry; null: it has none
 * @param reasons the decision step by step, in sentences
 * @param ifItFails what happens if that server fails next
 */
public record Explanation(String client, String service, @Nullable String server, @Nullable String address,
        Because because, @Nullable AffinityEntryReport affinity, List<String> reasons, String ifItFails) {
    public Explanation {
        reasons = List.copyOf(reasons);
    }

    /** What decides. */
    public enum Because implements Word {
        /** The client has a connection or session at the moment. */
        FLOW,
        /** The client has an affinity entry, and its server serves it. */
        AFFINITY,
        /** The scheduler's answer depends on the client alone. */
        HASH,
        /** The scheduler's answer depends on load or turn; the server named is the likeliest. */
        SCHEDULER,
        /** No server is up. */
        FALLBACK,
        /** Refused by the access list. */
        DENIED,
        /** Nothing serves. */
        NO_SERVER;

        @JsonValue
        @Override
        public String word() {
            return Word.super.word();
        }
    }

    /** The client's affinity entry. */
    public record AffinityEntryReport(String server, Instant created, Instant lastSeen, long expiresInMs) {
    }
}
