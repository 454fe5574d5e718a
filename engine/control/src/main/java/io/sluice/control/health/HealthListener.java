package io.sluice.control.health;

/** Told of every change, once, on the {@code health} thread: it must hand over and return, never block. */
@FunctionalInterface
public interface HealthListener {
    /** Of a server's state. */
    void changed(StateChange change);

    /** Of what the agent beside a server wants; {@link AgentReport#NONE} as well when none is asked any more. */
    default void agentSaid(CheckTarget target, AgentReport report) {
        // where no check asks an agent
    }
}
