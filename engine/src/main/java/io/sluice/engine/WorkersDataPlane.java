package io.sluice.engine;

import io.sluice.engine.conductor.DataPlane;
import io.sluice.engine.routes.Kick;
import io.sluice.engine.routes.Routes;
import io.sluice.engine.worker.Workers;

/** The workers as the conductor sees them; any thread. */
record WorkersDataPlane(Workers running) implements DataPlane {
    @Override
    public int workers() {
        return running.count();
    }

    @Override
    public void publish(Routes newest) {
        running.publish(newest);
    }

    @Override
    public long acknowledgedVersion() {
        return running.acknowledgedVersion();
    }

    @Override
    public void kick(Kick kick) {
        running.kick(kick);
    }
}
