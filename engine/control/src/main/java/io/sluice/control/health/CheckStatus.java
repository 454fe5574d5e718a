package io.sluice.control.health;

import io.sluice.control.api.ServerHealth;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * State of a real server and what the last check said.
 *
 * @param last when the last check finished; null: none has
 * @param passed whether it passed
 * @param detail its outcome in words
 * @param latencyNs how long it took
 * @param streak checks in a row that ended like the last one
 * @param changed when the state became what it is
 * @param agent what the agent has said so far; null: nothing, or none is asked
 */
public record CheckStatus(ServerHealth state, @Nullable Instant last, boolean passed, String detail, long latencyNs,
        int streak, Instant changed, @Nullable AgentReport agent) {
    /** The same for a check that asks no agent. */
    CheckStatus withoutAgent() {
        return new CheckStatus(state, last, passed, detail, latencyNs, streak, changed, null);
    }
}
