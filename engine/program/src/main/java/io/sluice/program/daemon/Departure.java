package io.sluice.program.daemon;

import io.sluice.control.api.Command;
import io.sluice.control.api.InheritedSockets;
import io.sluice.control.api.Outcome;
import io.sluice.control.conductor.Conductor;
import io.sluice.control.config.file.FileReason;
import io.sluice.program.upgrade.Departing;
import io.sluice.program.upgrade.Upgrade;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a daemon leaves to the process after it (docs/decisions, number 12); {@link Takeover} is the other end. Any
 * thread may ask for it; it happens on the upgrade's.
 */
final class Departure implements Departing {
    private static final Logger LOG = LoggerFactory.getLogger(Departure.class);

    private final Daemon daemon;
    private final Conductor conductor;
    private final ManagementEndpoints endpoints;
    private final StateFiles files;
    private final @Nullable LongConsumer onDeparture;
    private final Upgrade upgrade;

    /**
     * @param file the configuration file
     * @param onDeparture hears the id of the process that has taken over; null: none can
     */
    Departure(Daemon daemon, Conductor conductor, ManagementEndpoints endpoints, StateFiles files, Path stateDirectory,
            Path file, @Nullable LongConsumer onDeparture) {
        this.daemon = daemon;
        this.conductor = conductor;
        this.endpoints = endpoints;
        this.files = files;
        this.onDeparture = onDeparture;
        upgrade = new Upgrade(stateDirectory, file, this);
    }

    /** See {@link Command.Upgrade}. */
    Outcome upgrade(Command.Upgrade command) {
        return onDeparture == null
                ? new Outcome.Refused(
                        "this daemon is part of another program: start one with 'sluice run' to upgrade it")
                : upgrade.run(command.program(), command.patience());
    }

    @Override
    public boolean isStopping() {
        return daemon.isStopping();
    }

    @Override
    public List<Integer> shareListeners() {
        return conductor.beginUpgrade();
    }

    @Override
    public void stay() {
        conductor.abandonUpgrade();
    }

    @Override
    public void release() throws IOException {
        conductor.handOver();
        files.giveUp();
        endpoints.moveAside();
    }

    @Override
    public void vacate() {
        endpoints.vacate();
    }

    @Override
    public void resume(InheritedSockets again) {
        Outcome outcome = conductor.takeBack(again);
        if (!(outcome instanceof Outcome.Done)) {
            LOG.error("upgrade: this process cannot listen again: {}", outcome);
        }
        try {
            files.takeBack();
        } catch (StartFailure | IOException e) {
            LOG.error("upgrade: the state directory is not this process's again: {}",
                    e instanceof IOException failed ? FileReason.withFile(failed) : e.getMessage());
        }
        try {
            endpoints.moveBack();
        } catch (IOException e) {
            LOG.error("upgrade: this process serves again, but cannot be asked as before: {}",
                    FileReason.withFile(e));
        }
    }

    @Override
    public String depart(long successorPid) {
        daemon.giveUpCopy();
        files.gone();
        if (onDeparture != null) {
            onDeparture.accept(successorPid);
        }
        int open = daemon.openConnections();
        String drains = open + (open == 1 ? " connection" : " connections") + ", up to "
                + Daemon.words(daemon.drainTimeout());
        daemon.requestStop(true);
        return drains;
    }
}
