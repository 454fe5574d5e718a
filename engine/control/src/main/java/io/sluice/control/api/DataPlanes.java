package io.sluice.control.api;

import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.Routes;
import java.util.List;

/**
 * Every data plane of the process as one: all get the same Routes, each takes the services of its kind, and what the
 * slowest has not acknowledged is not in force. Any thread.
 *
 * @param all in the order of their writers' numbers: those of the first begin at 0
 */
public record DataPlanes(List<DataPlane> all) implements DataPlane {
    public DataPlanes {
        all = List.copyOf(all);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no data plane");
        }
    }

    @Override
    public int writers() {
        return all.stream().mapToInt(DataPlane::writers).sum();
    }

    @Override
    public int socketsPerAddress() {
        return all.stream().mapToInt(DataPlane::socketsPerAddress).max().orElse(0);
    }

    @Override
    public void publish(Routes newest) {
        all.forEach(one -> one.publish(newest));
    }

    @Override
    public long acknowledgedVersion() {
        return all.stream().mapToLong(DataPlane::acknowledgedVersion).min().orElse(0);
    }

    @Override
    public void kick(Kick kick) {
        all.forEach(one -> one.kick(kick));
    }
}
