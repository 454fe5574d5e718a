package io.sluice.control.conductor;

import io.sluice.control.api.DataPlane;
import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.Routes;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what is published and acknowledges it at once, as workers without traffic do. */
final class RecordedDataPlane implements DataPlane {
    final List<Routes> published = new CopyOnWriteArrayList<>();
    final List<Kick> kicks = new CopyOnWriteArrayList<>();
    volatile boolean acknowledges = true;
    private final int writers;
    private final int socketsPerAddress;

    RecordedDataPlane() {
        this(2, 2);
    }

    RecordedDataPlane(int writers, int socketsPerAddress) {
        this.writers = writers;
        this.socketsPerAddress = socketsPerAddress;
    }

    @Override
    public int writers() {
        return writers;
    }

    @Override
    public int socketsPerAddress() {
        return socketsPerAddress;
    }

    @Override
    public void publish(Routes newest) {
        published.add(newest);
    }

    @Override
    public long acknowledgedVersion() {
        return acknowledges ? newest().version() : -1;
    }

    @Override
    public void kick(Kick kick) {
        kicks.add(kick);
    }

    Routes newest() {
        return published.isEmpty() ? Routes.EMPTY : published.getLast();
    }
}
