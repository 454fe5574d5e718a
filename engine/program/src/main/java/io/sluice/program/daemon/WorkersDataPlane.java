package io.sluice.program.daemon;

import io.sluice.control.api.DataPlane;
import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.Routes;
import io.sluice.dataplane.worker.Workers;

/** The workers as the conductor sees them; any thread. */
record WorkersDataPlane(Workers running) implements DataPlane {
    @Override
    public int writers() {
        return running.count();
    }

    @Override
    public int socketsPerAddress() {
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
