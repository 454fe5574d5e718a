package io.sluice.dataplane.service;

import io.sluice.scheduler.SchedulerKind;
import io.sluice.scheduler.SchedulerPlan;
import io.sluice.scheduler.ServerSet;
import java.util.List;

/**
 * Who may be chosen for a new client now; immutable. The same instance stays from one Routes to the next as long as
 * nothing about it changes, so that a worker keeps its scheduler's cursor.
 *
 * @param kind for output
 * @param eligible ids and effective weights of those who may be chosen
 * @param plan prepared for {@code eligible}
 * @param servers positions in {@link VirtualService#servers()} of those in {@code eligible}, in its order
 */
public record Choice(SchedulerKind kind, ServerSet eligible, SchedulerPlan plan, List<Integer> servers) {
    public Choice {
        servers = List.copyOf(servers);
    }
}
