package io.sluice.control.health;

import io.sluice.control.api.ServerHealth;
import java.time.Instant;

/**
 * A real server went up or down.
 *
 * @param detail why, for people: {@code HTTPS GET /psm/api/health: 200 but body lacks PASS}
 * @param latencyNs how long the deciding check took; 0 when none decided
 */
public record StateChange(CheckTarget target, ServerHealth from, ServerHealth to, String detail, long latencyNs,
        Instant at) {
}
