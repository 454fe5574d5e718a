package io.sluice.control.health;

/** Told of every change of state, once, on the {@code health} thread: it must hand over and return, never block. */
@FunctionalInterface
public interface HealthListener {
    void changed(StateChange change);
}
